// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Foundation
import Postgres
import TestSupport
import Testing

@testable import BillRun

/// The gateway that decides by token, with its ledger in a real database.
@Suite struct SimulatedGatewayTests {
  /// What no token brings it to.
  private static let without: Set<GatewayConformance.Check> = [
    .breakAfterApproval, .errorAfterApproval, .tooManyRequests, .serverError, .hang, .garbage,
    .pending, .refundDeclined, .refundErrors, .refundPending, .refundTooMany,
  ]

  @Test(
    "conforms",
    arguments: GatewayConformance.Check.allCases.filter { !without.contains($0) })
  func conforms(check: GatewayConformance.Check) async throws {
    try await withTemporaryDatabase(migrated: false) { database in
      try await Self.conformance(database).run(check)
    }
  }

  @Test("fails the first attempts of an invoice, and approves the next")
  func failsFirst() async throws {
    try await withTemporaryDatabase(migrated: false) { database in
      let gateway = SimulatedGateway(url: database.url)
      var outcomes: [ChargeOutcome] = []
      for number in 1...3 {
        let request = try Self.request("fail_2_then_approve", number: Int32(number))
        outcomes.append(await gateway.charge(request))
      }
      let declined = ChargeOutcome.declined(code: "insufficient_funds", reference: nil)
      #expect(outcomes == [declined, declined, .approved(reference: "sim_key-3")])
    }
  }

  @Test("answers after its latency, many at the same time")
  func latency() async throws {
    try await withTemporaryDatabase(migrated: false) { database in
      let gateway = SimulatedGateway(url: database.url)
      let (inFlight, rounds) = (256, Self.rounds ?? 2)
      // The ledger is made before the clock runs.
      _ = try await gateway.account()
      let began = ContinuousClock.now
      let approved = try await withThrowingTaskGroup(of: Int.self) { group in
        for lane in 0..<inFlight {
          group.addTask {
            var count = 0
            for round in 0..<rounds {
              let number = Int32(lane * rounds + round + 1)
              let request = try Self.request("latency_100_approve", number: number)
              count += await gateway.charge(request).approvedReference == nil ? 0 : 1
            }
            return count
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 }
      }
      let took = ContinuousClock.now - began
      #expect(approved == inFlight * rounds)
      // One after the other they would take a minute.
      #expect(took >= .milliseconds(100) * rounds && took < .seconds(30))
      if Self.rounds != nil { print("\(approved) charges of 100 ms, \(inFlight) at once: \(took)") }
    }
  }

  /// How many charges each of those at once makes, to measure with.
  private static let rounds = ProcessInfo.processInfo.environment["BILLRUN_CHARGE_ROUNDS"]
    .flatMap { Int($0) }

  @Test("refuses tokens that it does not know, and a key with another amount")
  func refuses() async throws {
    try await withTemporaryDatabase(migrated: false) { database in
      let gateway = SimulatedGateway(url: database.url)
      for token in ["", "approved", "decline_", "fail_x_then_approve", "latency_approve"] {
        let outcome = await gateway.charge(try Self.request(token))
        #expect(outcome == .declined(code: "invalid_token", reference: nil), "\(token)")
      }
      #expect(await gateway.charge(try Self.request("approve")).approvedReference != nil)
      let other = try Self.request("approve", minor: 1)
      let unknown = "the key was used for another amount before"
      #expect(await gateway.charge(other) == .unknown(reason: unknown))
      #expect(await gateway.find(other) == .unknown(reason: unknown))
    }
  }

  @Test("several make the ledger at once, and it has one account")
  func madeAtOnce() async throws {
    try await withTemporaryDatabase(migrated: false) { database in
      let accounts = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<6 {
          group.addTask { try await SimulatedGateway(url: database.url).account() }
        }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(accounts.count == 1)
    }
  }

  @Test("lists more approvals than a page has, each once")
  func pages() async throws {
    try await withTemporaryDatabase(migrated: false) { database in
      let gateway = SimulatedGateway(
        name: "simulated", url: database.url, pause: .milliseconds(1), pageSize: 3)
      for number in 1...7 {
        _ = await gateway.charge(try Self.request("approve", number: Int32(number)))
      }
      var sizes: [Int] = []
      var keys: Set<String> = []
      try await gateway.approved(since: 0) { page in
        sizes.append(page.count)
        keys.formUnion(page.map(\.idempotencyKey))
      }
      #expect(sizes == [3, 3, 1])
      #expect(keys.count == 7)
    }
  }

  private static func conformance(_ database: TemporaryDatabase) -> GatewayConformance {
    GatewayConformance(
      gateway: SimulatedGateway(url: database.url),
      unreachable: SimulatedGateway(url: "host=127.0.0.1 port=1 connect_timeout=2"),
      token: { behavior in
        switch behavior {
        case .approve: "approve"
        case .decline(let code): "decline_\(code)"
        case .hangAfterApproval, .refundBreaks: "timeout_then_approve"
        case .unavailable: "latency_5_unavailable"
        default: nil
        }
      },
      chargeCount: { key in
        // Nothing may have been asked yet that makes the ledger.
        _ = try await SimulatedGateway(url: database.url).account()
        let connection = try await database.connect()
        let rows = try await connection.query(
          Statement(
            name: "count_approvals",
            text: """
              select count(*) from simulated_gateway.approval where idempotency_key = $1
              """), [.string(key)])
        return Int(try rows.int64(0, 0))
      })
  }

  private static func request(
    _ token: String, number: Int32 = 1, minor: Int64 = 500
  ) throws -> ChargeRequest {
    ChargeRequest(
      attempt: Int64(number), idempotencyKey: "key-\(number)",
      amount: Money(minor: minor, currency: try #require(Currency(code: "eur"))), token: token,
      invoice: "INV-1", number: number, intendedAt: 0)
  }
}
