// SPDX-License-Identifier: Apache-2.0
public import BillingCore
import Yams

/// How a bank collects by files: who we are to it, and when it wants what.
public struct BankFileSettings: Hashable, Sendable {
  /// The rule book of a debit.
  public enum Scheme: String, Hashable, Sendable {
    /// From anybody, who has eight weeks to take it back.
    case core
    /// From businesses whose banks have confirmed the mandate.
    case b2b
  }

  /// What counts as the notice that a payer gets before a debit.
  public enum Notice: String, Hashable, Sendable {
    /// The first email of the invoice in the outbox.
    case invoiceMail = "invoice_mail"
    /// The seller's own letter: the invoice date counts.
    case elsewhere
  }

  /// Who collects, as the payer reads it; nil for the seller's name.
  public var creditorName: String?
  /// The creditor identifier.
  public let creditorID: CreditorID
  /// The account that the money comes to.
  public let iban: IBAN
  /// Its bank, for those that still ask for it.
  public var bic: String?
  /// The rule book, unless the mandate says another one.
  public var scheme = Scheme.core
  /// When the bank's day ends, in minutes of the seller's day; nil for midnight.
  public var cutOff: Int?
  /// How many business days before the collection the file is at the bank.
  public var leadDays = 1
  /// How many days before the collection the payer is told, unless the mandate says otherwise.
  public var noticeDays = 14
  /// What counts as being told.
  public var notice = Notice.invoiceMail
  /// How many business days after a collection it is final; nil for the rule book's.
  public var settleDays: Int?

  /// Makes one of what it must have.
  public init(creditorID: CreditorID, iban: IBAN) {
    self.creditorID = creditorID
    self.iban = iban
  }

  /// When a debit by a rule book is collected, and final (RULES 4).
  func calendar(of scheme: Scheme) -> CollectionCalendar {
    CollectionCalendar(leadDays: leadDays, settleDays: settleDays ?? (scheme == .core ? 5 : 3))
  }
}

extension BankFileSettings {
  /// Reads the keys of a gateway.
  init(
    _ values: [GatewaySettings.Key: Node], _ node: Node, at place: SettingsPlace
  ) throws {
    guard let creditor = values[.creditor_id], let account = values[.iban] else {
      throw place.error(node, "creditor_id and iban are expected for a gateway by files")
    }
    // Neither is repeated in the error: logs are no place for an account's number.
    guard let creditorID = CreditorID(try place.text(creditor, "creditor_id")) else {
      throw place.error(creditor, "a creditor identifier is expected for creditor_id")
    }
    guard let iban = IBAN(try place.text(account, "iban")) else {
      throw place.error(account, "an IBAN whose check digits are right is expected for iban")
    }
    self.init(creditorID: creditorID, iban: iban)
    creditorName = try values[.creditor_name].map { try place.text($0, "creditor_name") }
    bic = try values[.bic].map { try Self.bic($0, at: place) }
    cutOff = try values[.cut_off].map { try Self.minutes($0, at: place) }
    scheme = try Self.word(values[.scheme], "core or b2b", at: place) ?? scheme
    notice = try Self.word(values[.notice], "invoice_mail or elsewhere", at: place) ?? notice
    leadDays =
      try values[.lead_days].map { try place.count($0, "lead_days", upTo: 30) } ?? leadDays
    noticeDays =
      try values[.notice_days].map { try place.count($0, "notice_days", upTo: 90) } ?? noticeDays
    settleDays = try values[.settle_days].map { try place.count($0, "settle_days", upTo: 60) }
  }

  private static func word<Word: RawRepresentable<String>>(
    _ node: Node?, _ expected: String, at place: SettingsPlace
  ) throws -> Word? {
    guard let node else { return nil }
    guard let word = Word(rawValue: node.scalar?.string ?? "") else {
      throw place.error(node, "\(expected) is expected")
    }
    return word
  }

  private static func bic(_ node: Node, at place: SettingsPlace) throws -> String {
    let text = node.scalar?.string ?? ""
    if isBIC(text) { return text }
    throw place.error(node, "a BIC of 8 or 11 places is expected for bic")
  }

  /// Whether a text has the form of a BIC (ISO 9362).
  static func isBIC(_ text: String) -> Bool {
    [8, 11].contains(text.utf8.count)
      && text.utf8.allSatisfy { 48...57 ~= $0 || 65...90 ~= $0 }
      && text.utf8.dropFirst(4).prefix(2).allSatisfy { 65...90 ~= $0 }
  }

  private static func minutes(_ node: Node, at place: SettingsPlace) throws -> Int {
    let parts = (node.scalar?.string ?? "").split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
      let minute = Int(parts[1]), 0...23 ~= hour, 0...59 ~= minute
    else { throw place.error(node, "a time as \"10:30\" is expected for cut_off") }
    return hour * 60 + minute
  }
}
