// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// A journal that hledger reads (https://hledger.org/hledger.html#journal): its currencies,
/// accounts and transactions.
public enum HledgerJournal {
  /// The head: what the days are of, the currencies with their digits, and the accounts in use.
  public static func head(of report: JournalReport, _ balances: [TrialBalance]) -> String {
    var text = "; billrun journal of \(report.from) to \(report.to)"
    text += report.seller.map { ", seller \(word($0))" } ?? ", every seller"
    text += "\n\ndecimal-mark .\n"
    var currencies: [String: Int] = [:]
    var accounts: [String: String] = [:]
    for one in balances {
      currencies[one.currency] = one.digits
      accounts[account(one.account, one.name)] = kind(of: one.account)
    }
    for (code, digits) in currencies.sorted(by: { $0.key < $1.key }) {
      let zeros = String(repeating: "0", count: digits)
      text += "commodity 1000.\(zeros) \(code.uppercased())\n"
    }
    for (name, kind) in accounts.sorted(by: { $0.key < $1.key }) {
      text += "account \(name)\(kind)\n"
    }
    return text
  }

  /// A transaction with its code, which is the entry's id, and what it came from.
  public static func transaction(_ entry: JournalEntry) -> String {
    var text = "\n\(entry.date) (\(entry.id)) \(word(entry.event))"
    if !entry.source.isEmpty { text += " | \(word(entry.source))" }
    text += "  ; seller:\(word(entry.seller))"
    if let run = entry.run { text += ", run:\(run)" }
    if let batch = entry.batch { text += ", batch:\(batch)" }
    if let invoice = entry.invoice { text += ", invoice:\(invoice)" }
    text += "\n"
    for line in entry.lines {
      let amount = Figure.plain(minor: line.minor, digits: entry.digits)
      text += "    \(account(line.account, line.name))  \(amount) \(entry.currency.uppercased())"
      let tags = [("plan", line.plan), ("item", line.item), ("tax", line.tax)].compactMap {
        tag, value in value.map { "\(tag):\(word($0))" }
      }
      text += (tags.isEmpty ? "" : "  ; " + tags.joined(separator: ", ")) + "\n"
    }
    return text
  }

  /// An account's code and name.
  ///
  /// Two spaces would end it, and a colon begin a subaccount.
  private static func account(_ code: String, _ name: String) -> String { word("\(code) \(name)") }

  /// The type of the accounts that RULES 7 numbers so, for hledger's balance sheet.
  private static func kind(of code: String) -> String {
    let types: [Character: Character] = ["1": "A", "2": "L", "3": "E", "4": "R", "6": "X"]
    return code.first.flatMap { types[$0] }.map { "  ; type:\($0)" } ?? ""
  }

  /// Text from outside, without what means something to hledger.
  private static func word(_ text: String) -> String {
    let plain = text.map { character -> Character in
      switch character {
      case ":", ";", ",", "|": "-"
      case _ where character.isWhitespace || character.isNewline: " "
      default: character
      }
    }
    return TextTable.printable(
      String(plain).split(separator: " ").joined(separator: " "))
  }
}
