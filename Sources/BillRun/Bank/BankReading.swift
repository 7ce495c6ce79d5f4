// SPDX-License-Identifier: Apache-2.0
public import BillingCore

/// What reading a bank's file came to.
public struct BankReading: Sendable {
  /// A transfer that became no payment, or another booking that was not taken as it is.
  public struct Unmatched: Sendable, Hashable {
    /// What `bank_entry` keeps it by; nil for what is not kept.
    public let entry: String?
    /// Who paid.
    public let payer: String?
    /// What the transfer says.
    public let text: String?
    /// The day on which it was booked.
    public let day: LocalDate
    /// In what it is, in capitals; `?` where the bank did not say.
    public let currency: String
    /// How much it is, in minor units.
    public let amount: Int64
    /// What was expected of it, or a word such as `details_differ`.
    public let reason: String

    /// Whether the reason is a word: it was not even looked for an invoice.
    var isListed: Bool { !reason.contains(" ") }

    /// The places of the amount.
    var digits: Int {
      Currency(code: currency.lowercased())?.minorDigits ?? 2
    }
  }

  /// A transfer that pays an invoice with a charge on its way: it may be paid twice.
  public struct PaidPending: Sendable, Hashable {
    /// What the bank knows the transfer by.
    public let entry: String
    /// The invoice's number.
    public let invoice: String
  }

  /// What a bank says of a file of ours, of a statement or an account that only a person can judge.
  public struct Remark: Sendable, Hashable {
    /// `file`, `block`, `debit`, `statement` or `account`, and what the bank calls it by.
    public let subject: String
    /// `status_unknown`, `status_missing`, `sums_differ`, `sent_twice`, `settled_already`,
    /// `balance_gap`, `balance_differs`, `statement_differs`, `not_in_statement`,
    /// `account_unknown` or `debit_unknown`.
    public let reason: String
    /// What the bank says.
    public let told: String
    /// What to do; nil where that is not known.
    public let hint: String?

    static let unknownAccount = "account_unknown"
    static let unknownDebit = "debit_unknown"

    /// What to do where a pain.002 says so; nil where that is not known.
    static func hint(_ reason: String) -> String? {
      reason == "sent_twice"
        ? "the bank collects what came first: its debits are approved once a statement credits "
          + "them, or the entry is cleared; where the bank has nothing of it: "
          + "billrun charge resolve ATTEMPT --declined withdrawn" : nil
    }
  }

  /// The path, as it was named.
  public let name: String
  /// `camt.053.001.08`.
  public let version: String
  /// What the bank calls it by.
  public let messageID: String
  /// The day on which it was read before; nil for never.
  public let readOn: String?
  /// How many pending debits are declined.
  public internal(set) var declined = 0
  /// How many approved debits were taken back.
  public internal(set) var returned = 0
  /// How many bookings are debits of ours that the bank collected.
  public internal(set) var collected = 0
  /// How many files of ours the bank has answered.
  public internal(set) var answered = 0
  /// How many transfers became payments.
  public internal(set) var payments = 0
  /// How many things another file told of before.
  public internal(set) var known = 0
  /// How many other bookings there are, which change nothing.
  public internal(set) var others = 0
  /// Transfers that became no payment, and what could not be taken as it is.
  public internal(set) var unmatched: [Unmatched] = []
  /// Transfers that pay invoices with a charge on its way.
  public internal(set) var paysPending: [PaidPending] = []

  /// What a message says of files, blocks, debits, balances and accounts that changes nothing here.
  public internal(set) var remarks: [Remark] = []

  init(_ message: BankMessage) {
    name = message.name
    version = message.version
    messageID = message.messageID
    readOn = message.readOn
  }

  /// Counts transactions of a kind that sort_bank_items.sql found.
  mutating func count(_ kind: String, _ count: Int) {
    switch kind {
    case "collected": collected += count
    case "other": others += count
    case "known": known += count
    default: break
    }
  }

  /// Whether all that it tells of was taken or kept; what is early, of an account that no gateway
  /// has or of no debit of its file may be taken later, and then the same file is read again.
  var isWhole: Bool {
    unmatched.allSatisfy { $0.entry != nil }
      && remarks.allSatisfy { ![Remark.unknownAccount, Remark.unknownDebit].contains($0.reason) }
  }

  /// Whether all that it tells of is neither taken nor kept.
  var leavesNothing: Bool {
    !unmatched.isEmpty && unmatched.allSatisfy { $0.entry == nil }
      && declined + returned + collected + payments + known == 0
  }

  /// 65 where somebody has to look at something, else 0.
  public var exitCode: ExitStatus {
    unmatched.isEmpty && remarks.isEmpty ? .ok : .dataError
  }

  /// The same for people.
  public var text: String {
    if let readOn { return "known: \(name) was read on \(readOn), nothing is changed\n" }
    let counts: [(Int, String)] = [
      (declined, "declined"), (returned, "returned"), (collected, "collected"),
      (payments, "payments"), (unmatched.count, "not taken"), (known, "known before"),
      (others, "others"),
    ]
    let list = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let found = list.isEmpty ? "nothing to do" : list.joined(separator: ", ")
    var lines = ["read: \(version) \(messageID), \(found)"]
    if answered > 0 {
      lines.append("the bank has answered: \(Figure.counted(Int64(answered), "file"))")
    }
    for one in unmatched {
      let amount = Figure.amount(minor: one.amount, digits: one.digits)
      let what = "\(amount) \(one.currency.lowercased()) of \(one.day)"
      let whole = [what, one.payer, one.text].compactMap { $0 }.joined(separator: ", ")
      lines.append(
        one.isListed
          ? "not taken: \(whole): \(one.reason)" : "no payment: \(whole): expected \(one.reason)")
    }
    for one in remarks {
      lines.append("to look at: \(one.subject): \(one.reason), the bank says \(one.told)")
      if let hint = one.hint { lines.append("hint: \(hint)") }
    }
    for one in paysPending {
      lines.append("pays_pending_debit: \(one.invoice), by \(one.entry): it may be paid twice")
    }
    return lines.map { TextTable.printable($0) }.joined(separator: "\n") + "\n"
  }

  /// The same as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { object in
      object.field("object", "bank_reading")
      object.field("file", name)
      object.field("version", version)
      object.field("message_id", messageID)
      object.field("read_before", readOn)
      for (key, count) in [
        ("declined", declined), ("returned", returned), ("collected", collected),
        ("answered", answered), ("payments", payments), ("known", known),
        ("others", others),
      ] {
        object.field(key, count)
      }
      object.field("unmatched", objects: unmatched) { element, one in
        element.field("entry", one.entry)
        element.field("payer", one.payer)
        element.field("text", one.text)
        element.field("date", one.day.description)
        element.field("currency", one.currency.lowercased())
        element.field("amount", minor: one.amount, digits: one.digits)
        element.field("reason", one.reason)
      }
      object.field("pays_pending_debit", objects: paysPending) { element, one in
        element.field("entry", one.entry)
        element.field("invoice", one.invoice)
      }
      object.field("remarks", objects: remarks) { element, one in
        element.field("subject", one.subject)
        element.field("reason", one.reason)
        element.field("told", one.told)
        element.field("hint", one.hint)
      }
      object.field("exit_code", Int(exitCode.rawValue))
    }
  }
}
