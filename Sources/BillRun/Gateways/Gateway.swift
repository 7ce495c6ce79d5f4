// SPDX-License-Identifier: Apache-2.0
public import BillingCore

/// A charge as its intent has frozen it: asked again, it is the same to the byte (RULES 0.6).
public struct ChargeRequest: Sendable, Hashable {
  /// The attempt's key.
  public let attempt: Int64
  /// What the gateway knows the attempt by, so that it charges it once.
  public let idempotencyKey: String
  /// What is charged, above zero.
  public let amount: Money
  /// The payment source at the gateway; never a card number.
  public let token: String
  /// The number of the invoice, for people.
  public let invoice: String
  /// Which attempt of the invoice it is, from 1.
  public let number: Int32
  /// When the intent was committed, in UNIX seconds.
  public let intendedAt: Int64
  /// The gateway's own id of the charge, once `prepare` or an answer gave one.
  public var reference: String?

  /// Freezes a charge.
  public init(
    attempt: Int64, idempotencyKey: String, amount: Money, token: String, invoice: String,
    number: Int32, intendedAt: Int64, reference: String? = nil
  ) {
    self.attempt = attempt
    self.idempotencyKey = idempotencyKey
    self.amount = amount
    self.token = token
    self.invoice = invoice
    self.number = number
    self.intendedAt = intendedAt
    self.reference = reference
  }
}

/// What a gateway made of a charge (RULES 0.5).
public enum ChargeOutcome: Sendable, Hashable {
  /// The money is ours.
  case approved(reference: String)
  /// It is not, and never will be by this attempt; the code is the gateway's own.
  case declined(code: String, reference: String?)
  /// It will be known later, as with bank debits.
  case pending(reference: String)
  /// Nobody knows: a time-out, a broken connection, a 5xx, an answer that cannot be read.
  case unknown(reason: String)
  /// The gateway has certainly not begun: refused before the first byte, or 429. The same attempt
  /// goes on later, after so many seconds where the gateway said it.
  case notSent(reason: String, retryAfter: Int32?)
}

/// What `prepare` came to.
public enum ChargePreparation: Sendable, Hashable {
  /// The charge can be made; a reference, where there is one, is committed first.
  case ready(reference: String?)
  /// It ended before it began.
  case ended(ChargeOutcome)
}

/// What a gateway knows of a charge that it was asked for earlier.
public enum ChargeLookup: Sendable, Hashable {
  /// It knows the charge.
  case found(ChargeOutcome)
  /// It has certainly never made it.
  case absent
  /// It cannot tell.
  case unknown(reason: String)
}

/// A charge that a gateway says it has approved, to be compared with the books.
public struct GatewayCharge: Sendable, Hashable {
  /// The key that it was asked with.
  public let idempotencyKey: String
  /// The gateway's own id.
  public let reference: String
  /// What was charged.
  public let amount: Money
  /// The payment source that was charged, as the books name it; nil where the gateway has none.
  public let token: String?
  /// When it was charged, in UNIX seconds.
  public let chargedAt: Int64

  /// Names a charge.
  public init(
    idempotencyKey: String, reference: String, amount: Money, token: String?, chargedAt: Int64
  ) {
    self.idempotencyKey = idempotencyKey
    self.reference = reference
    self.amount = amount
    self.token = token
    self.chargedAt = chargedAt
  }
}

/// A payment source as a charge finds it, for a gateway that wants more of it than its token.
public struct ChargeSource: Sendable, Hashable {
  /// The payment source at the gateway.
  public let token: String
  /// The source's `mandate` as JSON text; nil for none.
  public var mandate: String?
  /// The last day on which the mandate was charged; nil for never.
  public var mandateChargedOn: LocalDate?
  /// Whether a charge of the mandate is under way, or was not declined.
  public var isMandateUsed = false
  /// The name of who pays.
  public var payer = ""
  /// Where the payer lives, as far as it is known.
  public var address = Address()

  /// The parts of a postal address, nil for not known.
  public struct Address: Sendable, Hashable {
    /// ISO 3166's two letters, in capitals.
    public var country: String?
    /// The town.
    public var city: String?
    /// Its code.
    public var postalCode: String?
    /// Street, house and what else there is, in order.
    public var lines: [String] = []

    /// Makes one of which nothing is known.
    public init() {}
  }

  /// Names a source.
  public init(token: String) { self.token = token }
}

/// Whether a source can be charged at all, before an intent is written.
public enum ChargeTerms: Sendable, Hashable {
  /// It can; the details are a JSON object that the intent freezes beside the token.
  case accepted(details: String?)
  /// It cannot, for a reason that COLLECTIONS.md lists.
  case refused(reason: String)
}

/// What charges a payment source: each adapter passes the one conformance suite.
///
/// None of these calls is made with a transaction open. None throws for what becomes of a charge:
/// that is an outcome.
public protocol Gateway: Sendable {
  /// The name that payment sources know it by.
  var name: String { get }

  /// Whether it can be asked what became of a charge; else files tell, and nobody asks.
  var canBeAsked: Bool { get }

  /// What the intent of a charge freezes of its source, or why there is none.
  func terms(of source: ChargeSource, for amount: Money, on day: LocalDate) -> ChargeTerms

  /// The least that it charges of a currency, in minor units.
  func minimum(in currency: Currency) -> Int64

  /// Makes a charge known to the gateway without charging: a reference that it gives is committed
  /// before `charge` is called, so that the charge can be found after any crash.
  func prepare(_ request: ChargeRequest) async -> ChargePreparation

  /// Charges, or says what became of the charge with this key that was made before.
  func charge(_ request: ChargeRequest) async -> ChargeOutcome

  /// Looks up what became of a charge, by reference or key, where the key may have expired.
  func find(_ request: ChargeRequest) async -> ChargeLookup

  /// Whether it pays back what it has charged; where not, nothing is asked of it.
  var canRefund: Bool { get }

  /// Pays back of an approved charge, or says what became of the refund with this key.
  func refund(_ request: RefundRequest) async -> ChargeOutcome

  /// Looks up what became of a refund, where the key may have expired.
  func findRefund(_ request: RefundRequest) async -> ChargeLookup

  /// The gateway's own name of the account that is charged for, so that copied books are noticed.
  ///
  /// Throws `BillRunError` with 69 when it cannot be reached.
  func account() async throws -> String

  /// Gives all charges that were approved since a moment in UNIX seconds, inclusive, a page at a
  /// time, in no order.
  ///
  /// Throws `BillRunError` with 69 when it cannot be reached.
  func approved(since moment: Int64, _ page: ([GatewayCharge]) throws -> Void) async throws

  /// Gives all refunds that were made since a moment in UNIX seconds, inclusive, a page at a time,
  /// in no order.
  ///
  /// Throws `BillRunError` with 69 when it cannot be reached.
  func refunded(since moment: Int64, _ page: ([GatewayRefund]) throws -> Void) async throws
}

extension Gateway {
  /// It can, unless an adapter says otherwise.
  public var canBeAsked: Bool { true }

  /// Nothing beside the token.
  public func terms(of source: ChargeSource, for amount: Money, on day: LocalDate) -> ChargeTerms {
    .accepted(details: nil)
  }

  /// One minor unit, unless an adapter knows better.
  public func minimum(in currency: Currency) -> Int64 { 1 }
}
