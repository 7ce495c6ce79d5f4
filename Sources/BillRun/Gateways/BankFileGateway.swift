// SPDX-License-Identifier: Apache-2.0
public import BillingCore

/// A bank that collects by files: a charge is pending at once, and goes out with the next file.
///
/// `BankWriter` writes the files, `BankReader` reads what comes back; nobody can be asked.
public struct BankFileGateway: Gateway {
  /// The name that payment sources know it by.
  public let name: String
  /// Who we are to the bank.
  public let settings: BankFileSettings

  /// Makes the gateway.
  public init(name: String, settings: BankFileSettings) {
    self.name = name
    self.settings = settings
  }

  /// It cannot: files tell.
  public var canBeAsked: Bool { false }

  /// Freezes the mandate and the payer's name, or says what is missing of them.
  public func terms(of source: ChargeSource, for amount: Money, on day: LocalDate) -> ChargeTerms {
    if amount.currency.code != "eur" { return .refused(reason: "currency_not_supported") }
    if amount.minor > Self.mostMinor { return .refused(reason: "amount_too_large") }
    guard let mandate = Mandate(json: source.mandate) else {
      return .refused(reason: "no_mandate")
    }
    guard let iban = IBAN(source.token) else { return .refused(reason: "account_invalid") }
    let isAbroad = !Self.economicArea.contains(String(iban.text.prefix(2)))
    if isAbroad, mandate.bic == nil { return .refused(reason: "no_bic") }
    if isAbroad, !source.address.isPostal { return .refused(reason: "no_address") }
    if mandate.signedOn > day { return .refused(reason: "mandate_not_signed") }
    if mandate.isDead(on: day, chargedOn: source.mandateChargedOn) {
      return .refused(reason: "mandate_expired")
    }
    if mandate.sequence.isLast, source.isMandateUsed { return .refused(reason: "mandate_used") }
    var writer = JSONWriter()
    writer.object { object in
      object.field("debtor", source.payer)
      object.field("mandate", mandate.id)
      object.field("signed_on", mandate.signedOn.description)
      object.field("scheme", (mandate.scheme ?? settings.scheme).rawValue)
      object.field("notice_days", mandate.noticeDays ?? settings.noticeDays)
      object.field("sequence", mandate.sequence.next(isUsed: source.isMandateUsed).rawValue)
      if let bic = mandate.bic { object.field("bic", bic) }
      if isAbroad { source.address.write(to: &object) }
    }
    return .accepted(details: writer.text)
  }

  /// The countries of accounts whose holders need no address (EPC130-08): the European Economic
  /// Area, by the first letters of an IBAN.
  private static let economicArea: Set<String> = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
  ]

  /// The most that one debit may be (EPC130-08).
  private static let mostMinor: Int64 = 99_999_999_999

  /// Gives no reference: the key says it all.
  public func prepare(_ request: ChargeRequest) async -> ChargePreparation {
    .ready(reference: nil)
  }

  /// Answers with the end-to-end id; nothing goes out before a file is written.
  public func charge(_ request: ChargeRequest) async -> ChargeOutcome {
    guard let id = Self.endToEndID(of: request.idempotencyKey) else {
      return .notSent(reason: "the key is of no attempt", retryAfter: nil)
    }
    return .pending(reference: id)
  }

  /// Knows no more than that it is pending.
  public func find(_ request: ChargeRequest) async -> ChargeLookup {
    switch await charge(request) {
    case .notSent(let reason, _): .unknown(reason: reason)
    case let outcome: .found(outcome)
    }
  }

  /// The creditor identifier and the end of the account's number.
  public func account() async throws -> String { "\(settings.creditorID.text) \(settings.iban)" }

  /// None: the files are in the books themselves.
  public func approved(since moment: Int64, _ page: ([GatewayCharge]) throws -> Void) async throws {
  }

  /// What the bank knows an attempt by: the books, the invoice and the try of its key.
  ///
  /// SEPA takes only 35 places. The intent freezes the same.
  static func endToEndID(of key: String) -> String? {
    let parts = key.split(separator: "-")
    guard parts.count == 9, parts[5] == "inv", parts[7] == "try", parts[0].utf8.count == 8 else {
      return nil
    }
    return "\(parts[0])-\(parts[6])-\(parts[8])"
  }
}

extension ChargeSource.Address {
  /// Whether it has what a bank file needs: country and town.
  fileprivate var isPostal: Bool {
    guard let country, let city else { return false }
    return country.utf8.count == 2 && country.utf8.allSatisfy { 65...90 ~= $0 }
      && city.contains(where: \.isLetter)
  }

  fileprivate func write(to object: inout JSONWriter) {
    object.field("country", country)
    object.field("city", city)
    object.field("postal_code", postalCode)
    object.field("address1", lines.first)
    object.field("address2", lines.dropFirst().first)
  }
}
