// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// A gateway for demo, tests and benchmarks: the token of a payment source decides what it does.
///
/// It charges nobody. What it approves it keeps in the schema `simulated_gateway` of the database,
/// beside the books, so that both can be compared. docs/GATEWAYS.md lists the tokens.
public struct SimulatedGateway: Gateway {
  /// The name that payment sources know it by.
  public let name: String

  let ledger: SimulatedLedger
  /// How many charges or refunds a page has.
  let pageSize: Int

  /// Makes the gateway; its ledger is made when it is first used.
  ///
  /// - Parameters:
  ///   - name: The name that payment sources know it by.
  ///   - url: The database with the ledger, as libpq's connection string or URI.
  ///   - pause: How long approvals are gathered before they are committed together.
  public init(
    name: String = "simulated", url: String, pause: Duration = .milliseconds(10)
  ) {
    self.init(name: name, url: url, pause: pause, pageSize: 10_000)
  }

  init(name: String, url: String, pause: Duration, pageSize: Int) {
    self.name = name
    self.pageSize = pageSize
    ledger = SimulatedLedger(url: url, pause: pause)
  }

  /// Gives no reference: the key says it all.
  public func prepare(_ request: ChargeRequest) async -> ChargePreparation {
    .ready(reference: nil)
  }

  /// Does what the token says, and answers when its latency is over.
  public func charge(_ request: ChargeRequest) async -> ChargeOutcome {
    guard let token = SimulatedToken(request.token) else {
      return .declined(code: "invalid_token", reference: nil)
    }
    let answersAt = ContinuousClock.now + .milliseconds(token.latency)
    let outcome = await outcome(of: token.behavior, request)
    // What is done is done: whoever stops waiting gets the answer at once.
    if token.latency > 0 { try? await Task.sleep(until: answersAt, clock: .continuous) }
    return outcome
  }

  private func outcome(
    of behavior: SimulatedToken.Behavior, _ request: ChargeRequest
  ) async -> ChargeOutcome {
    switch behavior {
    case .approve: return await approve(request, losesFirstAnswer: false)
    case .timeoutThenApprove: return await approve(request, losesFirstAnswer: true)
    case .unavailable: return .unknown(reason: "the gateway answered 503")
    case .decline(let code): return .declined(code: code, reference: nil)
    case .failThenApprove(let attempts):
      if request.number <= attempts {
        return .declined(code: "insufficient_funds", reference: nil)
      }
      return await approve(request, losesFirstAnswer: false)
    }
  }

  /// Looks the key up among the approvals: whatever is not there was not charged.
  public func find(_ request: ChargeRequest) async -> ChargeLookup {
    do {
      guard let amount = try await ledger.approval(of: request.idempotencyKey) else {
        return .absent
      }
      guard amount == request.amount else { return .unknown(reason: Self.otherAmount) }
      return .found(.approved(reference: Self.reference(request.idempotencyKey)))
    } catch {
      return .unknown(reason: BillRunError(describing: error).message)
    }
  }

  /// A name that was made with the ledger.
  public func account() async throws -> String {
    do {
      return try await ledger.account()
    } catch {
      throw Self.unavailable(name, error)
    }
  }

  /// Gives the approvals by the server's clock.
  public func approved(
    since moment: Int64, _ page: ([GatewayCharge]) throws -> Void
  ) async throws {
    var last = ""
    while true {
      let found: [SimulatedLedger.Approval]
      do {
        found = try await ledger.approvals(since: moment, after: last, limit: pageSize)
      } catch {
        throw Self.unavailable(name, error)
      }
      guard let end = found.last else { return }
      try page(
        found.map {
          GatewayCharge(
            idempotencyKey: $0.key, reference: Self.reference($0.key), amount: $0.amount,
            token: $0.token, chargedAt: $0.approvedAt)
        })
      guard found.count == pageSize else { return }
      last = end.key
    }
  }

  private func approve(
    _ request: ChargeRequest, losesFirstAnswer: Bool
  ) async -> ChargeOutcome {
    switch await ledger.approve(request) {
    case .approved where losesFirstAnswer: .unknown(reason: "time-out")
    case .approved, .approvedBefore:
      .approved(reference: Self.reference(request.idempotencyKey))
    case .otherAmount: .unknown(reason: Self.otherAmount)
    case .unreachable(let reason): .notSent(reason: reason, retryAfter: nil)
    case .lost(let reason): .unknown(reason: reason)
    }
  }

  private static let otherAmount = "the key was used for another amount before"

  private static func reference(_ key: String) -> String { "sim_\(key)" }

  static func unavailable(_ name: String, _ error: any Error) -> BillRunError {
    BillRunError(
      .unavailable, code: "gateway_unavailable",
      "gateway not reachable, on \(name), \(BillRunError(describing: error).message)",
      hint: "billrun check, and the same command again")
  }
}
