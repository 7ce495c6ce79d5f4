// SPDX-License-Identifier: Apache-2.0
public import BillRun
public import BillingCore
import Synchronization

/// A gateway in memory that does what a token says, and keeps what it approved by key.
///
/// The tokens: `approve`,
/// `decline_CODE`, `fail_N` (then approve), `lose` (approves, the first answer is lost), `silent`
/// (never answers, never approves), `mute` (the same, and cannot be looked up),
/// `quote_TEXT` (unknown, with the text),
/// `refuse` (not before the first byte), `pending`.
public final class ScriptedGateway: Gateway {
  /// The name that payment sources know it by.
  public let name: String
  private let ledger = Mutex(Ledger())

  private struct Ledger {
    var approved: [String: GatewayCharge] = [:]
    var tokens: [String] = []
    var asked: Set<String> = []
    var account = "acct_1"
    var areDebitsSettled = false
    var refunds: [String: Money] = [:]
    var refundWord = "approve"
    var refundsAsked: [String] = []
    var meanwhile: (@Sendable () async -> Void)?
  }

  /// Makes one that has approved nothing.
  public init(_ name: String = "scripted") { self.name = name }

  /// What it approved, by key.
  public var approved: [String: Money] { ledger.withLock { $0.approved.mapValues(\.amount) } }
  /// The tokens that it was asked to charge, in order.
  public var tokens: [String] { ledger.withLock { $0.tokens } }

  /// Changes whose gateway it says it is.
  public func rename(_ account: String) { ledger.withLock { $0.account = account } }
  /// Approves what is pending.
  public func settleDebits() { ledger.withLock { $0.areDebitsSettled = true } }
  /// Approves a charge that nobody here asked for, of a source, now or at another moment in UNIX
  /// seconds.
  public func approve(
    _ key: String, _ amount: Money, from token: String? = nil, at moment: Int64? = nil
  ) {
    let charge = GatewayCharge(
      idempotencyKey: key, reference: "ch\(key.dropFirst(36))", amount: amount, token: token,
      chargedAt: moment ?? WallClock.system.now())
    ledger.withLock { $0.approved[key] = charge }
  }

  /// Forgets what it has charged by a key, as if it had never been.
  public func forget(_ key: String) { ledger.withLock { $0.approved[key] = nil } }

  /// What it refunded, by key.
  public var refunds: [String: Money] { ledger.withLock { $0.refunds } }
  /// The keys of the refunds that it was asked for, in order.
  public var refundsAsked: [String] { ledger.withLock { $0.refundsAsked } }

  /// Says what it does with refunds from now on: `approve`, `lose` (made, the first answer is
  /// lost), `silent`, `refuse`, `pending`, `decline_CODE`.
  public func scriptRefunds(_ word: String) { ledger.withLock { $0.refundWord = word } }

  /// Says what happens, once, while it is asked for the next refund.
  public func whileRefunding(_ body: @escaping @Sendable () async -> Void) {
    ledger.withLock { $0.meanwhile = body }
  }

  /// It pays back what it has charged.
  public var canRefund: Bool { true }

  /// Does what it was told to.
  public func refund(_ request: RefundRequest) async -> ChargeOutcome {
    let meanwhile = ledger.withLock { ledger in
      defer { ledger.meanwhile = nil }
      return ledger.meanwhile
    }
    await meanwhile?()
    return ledger.withLock { ledger in
      let isFirst = !ledger.refundsAsked.contains(request.idempotencyKey)
      ledger.refundsAsked.append(request.idempotencyKey)
      if ledger.refundWord.hasPrefix("decline_") {
        return .declined(code: String(ledger.refundWord.dropFirst(8)), reference: nil)
      }
      switch ledger.refundWord {
      case "silent": return .unknown(reason: "timed out")
      case "refuse": return .notSent(reason: "connection refused", retryAfter: 0)
      case "pending": return .pending(reference: "re_\(request.refund)")
      default:
        ledger.refunds[request.idempotencyKey] = request.amount
        if ledger.refundWord == "lose", isFirst { return .unknown(reason: "connection broken") }
        return .approved(reference: "re_\(request.refund)")
      }
    }
  }

  /// Looks the key up.
  public func findRefund(_ request: RefundRequest) async -> ChargeLookup {
    ledger.withLock { ledger in
      if ledger.refunds[request.idempotencyKey] != nil {
        return .found(.approved(reference: "re_\(request.refund)"))
      }
      return ledger.refundWord == "pending"
        ? .found(.pending(reference: "re_\(request.refund)")) : .absent
    }
  }

  /// Gives a reference where the token wants one.
  public func prepare(_ request: ChargeRequest) async -> ChargePreparation {
    .ready(reference: request.token.hasPrefix("refer_") ? "pi_\(request.attempt)" : nil)
  }

  /// Does what the token says.
  public func charge(_ request: ChargeRequest) async -> ChargeOutcome {
    ledger.withLock { ledger in
      ledger.tokens.append(request.token)
      let isFirst = ledger.asked.insert(request.idempotencyKey).inserted
      let words = request.token.split(separator: "_", maxSplits: 1).map(String.init)
      switch words[0] {
      case "decline": return .declined(code: words[1], reference: nil)
      case "fail" where request.number <= Int32(words[1]) ?? 0:
        return .declined(code: "insufficient_funds", reference: nil)
      case "silent", "mute": return .unknown(reason: "timed out")
      case "quote": return .unknown(reason: "blocked: \(words[1])")
      case "refuse": return .notSent(reason: "connection refused", retryAfter: 0)
      case "pending": return .pending(reference: "dd_\(request.attempt)")
      default:
        ledger.approved[request.idempotencyKey] = Self.charge(request)
        if words[0] == "lose", isFirst { return .unknown(reason: "connection broken") }
        return .approved(reference: "ch_\(request.attempt)")
      }
    }
  }

  /// Looks the key up.
  public func find(_ request: ChargeRequest) async -> ChargeLookup {
    ledger.withLock { ledger in
      if request.token.hasPrefix("mute") { return .unknown(reason: "timed out") }
      if ledger.areDebitsSettled, request.token == "pending" {
        ledger.approved[request.idempotencyKey] = Self.charge(request)
      }
      if ledger.approved[request.idempotencyKey] != nil {
        return .found(.approved(reference: "ch_\(request.attempt)"))
      }
      return request.token == "pending"
        ? .found(.pending(reference: "dd_\(request.attempt)")) : .absent
    }
  }

  /// Whose gateway it is.
  public func account() async throws -> String { ledger.withLock { $0.account } }

  /// Gives all that it approved.
  public func approved(
    since moment: Int64, _ page: ([GatewayCharge]) throws -> Void
  ) async throws {
    try page(ledger.withLock { Array($0.approved.values) })
  }

  /// Gives all that it refunded.
  public func refunded(
    since moment: Int64, _ page: ([GatewayRefund]) throws -> Void
  ) async throws {
    let refunds = ledger.withLock { $0.refunds }
    try page(
      refunds.map {
        GatewayRefund(
          idempotencyKey: $0.key, reference: "re\($0.key.dropFirst(36))", amount: $0.value)
      })
  }

  /// Refunds what nobody here asked for, or forgets a refund, by its key.
  public func setRefund(_ key: String, to amount: Money?) {
    ledger.withLock { $0.refunds[key] = amount }
  }

  private static func charge(_ request: ChargeRequest) -> GatewayCharge {
    GatewayCharge(
      idempotencyKey: request.idempotencyKey, reference: "ch_\(request.attempt)",
      amount: request.amount, token: request.token, chargedAt: WallClock.system.now())
  }
}
