// SPDX-License-Identifier: Apache-2.0
public import BillingCore

/// A refund as its intent has frozen it, with the charge that it pays back (RULES 0.6, 3).
public struct RefundRequest: Sendable, Hashable {
  /// The refund's id in the books.
  public let refund: Int64
  /// What the gateway knows the refund by, so that it makes it once.
  public let idempotencyKey: String
  /// What goes back, above zero.
  public let amount: Money
  /// When the intent was committed, in UNIX seconds.
  public let intendedAt: Int64
  /// The approved charge, with the gateway's own id of it.
  public let charge: ChargeRequest
  /// The gateway's own id of the refund, once an answer gave one.
  public var reference: String?

  /// Freezes a refund.
  public init(
    refund: Int64, idempotencyKey: String, amount: Money, intendedAt: Int64,
    charge: ChargeRequest, reference: String? = nil
  ) {
    self.refund = refund
    self.idempotencyKey = idempotencyKey
    self.amount = amount
    self.intendedAt = intendedAt
    self.charge = charge
    self.reference = reference
  }
}

/// A refund that a gateway says it has made, to be compared with the books.
public struct GatewayRefund: Sendable, Hashable {
  /// The key that it was asked with.
  public let idempotencyKey: String
  /// The gateway's own id.
  public let reference: String
  /// What went back.
  public let amount: Money

  /// Names a refund.
  public init(idempotencyKey: String, reference: String, amount: Money) {
    self.idempotencyKey = idempotencyKey
    self.reference = reference
    self.amount = amount
  }
}

extension Gateway {
  /// Not through this gateway, unless an adapter knows how.
  public var canRefund: Bool { false }

  /// Declines: nothing was sent.
  public func refund(_ request: RefundRequest) async -> ChargeOutcome {
    .declined(code: "refund_unsupported", reference: nil)
  }

  /// Finds nothing: nothing was ever sent.
  public func findRefund(_ request: RefundRequest) async -> ChargeLookup { .absent }

  /// None: nothing was ever sent.
  public func refunded(since moment: Int64, _ page: ([GatewayRefund]) throws -> Void) async throws {
  }
}
