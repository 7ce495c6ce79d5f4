// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Foundation
import TestSupport
import Testing
import Transport

@testable import BillRun

/// The adapter for Stripe beside a gateway of our own, which keeps idempotency keys and a ledger.
@Suite(.enabled(if: Peer.hasPython, "\(Peer.pythonMissing)"))
struct StripeGatewayTests {
  @Test("conforms", arguments: GatewayConformance.Check.allCases)
  func conforms(check: GatewayConformance.Check) async throws {
    let hangs = check == .hang || check == .hangAfterApproval
    let fake = try await FakeGateway(timeout: hangs ? .seconds(3) : .seconds(60))
    try await fake.conformance().run(check)
  }

  @Test("a 429 to the confirmation goes on later, with the same key, and charges once")
  func tooManyOnce() async throws {
    let fake = try await FakeGateway()
    let conformance = try fake.conformance()
    let request = try await conformance.prepared(fake.request("cus_1/pm_too_many_once"))
    let first = await conformance.gateway.charge(request)
    #expect(first == .notSent(reason: "the gateway answered 429", retryAfter: 7))
    #expect(await conformance.gateway.charge(request).approvedReference != nil)
    #expect(try fake.chargeCount(request.idempotencyKey) == 1)
  }

  @Test("a connection that ends without a byte of an answer never charges twice")
  func dropped() async throws {
    let fake = try await FakeGateway()
    let conformance = try fake.conformance()
    for _ in 1...3 {
      let request = try await conformance.prepared(fake.request("cus_1/pm_drop_after"))
      // On a connection that was kept open curl has asked again already.
      switch await conformance.gateway.charge(request) {
      case .unknown, .approved: break
      case let outcome: Issue.record("\(outcome)")
      }
      #expect(await conformance.gateway.charge(request).approvedReference != nil)
      #expect(try fake.chargeCount(request.idempotencyKey) == 1)
    }
  }

  @Test(
    "what ends before it begins is said by its preparation",
    arguments: [
      ("cus_1", "declined(code: \"invalid_token\""), ("pm_1/cus_1", "declined"),
      ("cus_1/pm 1", "declined"), ("cus_1/card_1", "declined(code: \"resource_missing\""),
      ("cus_1/pm_create_too_many", "notSent"), ("cus_1/pm_create_error", "notSent"),
    ])
  func preparation(token: String, outcome: String) async throws {
    let fake = try await FakeGateway()
    let conformance = try fake.conformance()
    let request = try fake.request(token)
    for _ in 1...2 {
      guard case .ended(let ended) = await conformance.gateway.prepare(request) else {
        Issue.record("it is prepared")
        return
      }
      #expect("\(ended)".hasPrefix(outcome), "\(ended)")
    }
    #expect(try fake.chargeCount(request.idempotencyKey) == 0)
  }

  @Test("a charge that the customer has to agree to is declined")
  func action() async throws {
    let fake = try await FakeGateway()
    let conformance = try fake.conformance()
    let request = try await conformance.prepared(fake.request("cus_1/pm_action"))
    let reference = try #require(request.reference)
    let declined = ChargeOutcome.declined(code: "authentication_required", reference: reference)
    #expect(await conformance.gateway.charge(request) == declined)
    #expect(await conformance.gateway.find(request) == .found(declined))
  }

  @Test("one that the customer completes while it is canceled is approved")
  func completedAction() async throws {
    let fake = try await FakeGateway()
    let conformance = try fake.conformance()
    let request = try await conformance.prepared(fake.request("cus_1/pm_action_completed"))
    let outcome = await conformance.gateway.charge(request)
    #expect(outcome == .approved(reference: try #require(request.reference)))
    #expect(await conformance.gateway.charge(request) == outcome)
    #expect(try fake.chargeCount(request.idempotencyKey) == 1)
  }

  @Test("a confirmation that is refused is declined, but not when it was confirmed before")
  func refusedConfirmation() async throws {
    let fake = try await FakeGateway()
    let conformance = try fake.conformance()
    let detached = try await conformance.prepared(fake.request("cus_1/pm_detached"))
    let declined = ChargeOutcome.declined(
      code: "payment_method_unexpected_state", reference: detached.reference)
    #expect(await conformance.gateway.charge(detached) == declined)

    let request = try await conformance.prepared(fake.request("cus_1/pm_approve"))
    let outcome = await conformance.gateway.charge(request)
    // As when the idempotency key has expired.
    var later = try fake.request("cus_1/pm_approve")
    later.reference = request.reference
    #expect(outcome.approvedReference != nil)
    #expect(await conformance.gateway.charge(later) == outcome)
    #expect(try fake.chargeCount(request.idempotencyKey) == 1)
  }

  @Test("a reference of another gateway is never put into an address")
  func foreignReference() async throws {
    let fake = try await FakeGateway()
    var request = try fake.request("cus_1/pm_approve")
    for reference in ["sim_key-1", "pi_1/cancel?", "", "../charges"] {
      request.reference = reference
      let reason = "the reference is none of this gateway"
      #expect(try await fake.gateway().charge(request) == .unknown(reason: reason))
      #expect(try await fake.gateway().find(request) == .unknown(reason: reason))
    }
  }

  @Test("the same key for another amount charges nothing and settles nothing")
  func otherAmount() async throws {
    let fake = try await FakeGateway()
    let conformance = try fake.conformance()
    let request = try fake.request("cus_1/pm_approve")
    #expect(await conformance.attempt(request).approvedReference != nil)
    let other = try fake.request("cus_1/pm_approve", key: request.idempotencyKey, minor: 1)
    guard case .unknown = await conformance.attempt(other) else {
      Issue.record("another amount was taken")
      return
    }
    #expect(try fake.chargeCount(request.idempotencyKey) == 1)
  }

  @Test("a charge that was never confirmed is absent after an hour, and unknown before")
  func unconfirmed() async throws {
    let fake = try await FakeGateway()
    let now = WallClock.system.now()
    for (age, expected) in [(Int64(60), false), (7200, true)] {
      let gateway = try fake.gateway(clock: WallClock(now: { now + age }))
      let request = try fake.request("cus_1/pm_approve")
      _ = await gateway.prepare(request)
      let lookup = await gateway.find(request)
      #expect((lookup == .absent) == expected, "\(lookup)")
    }
  }

  @Test("a key that is refused charges nothing, and says what to do")
  func refusedKey() async throws {
    let fake = try await FakeGateway()
    let gateway = try fake.gateway(key: "sk_live_wrong")
    guard case .ended(.notSent) = await gateway.prepare(try fake.request("cus_1/pm_approve"))
    else {
      Issue.record("prepared with a wrong key")
      return
    }
    let error = await #expect(throws: BillRunError.self) { _ = try await gateway.account() }
    #expect(error?.code == "gateway_key_refused" && error?.status == .configuration)
    #expect(!"\(String(reflecting: error)) \(String(reflecting: gateway))".contains("sk_live"))
    var text = ""
    dump(gateway, to: &text)
    #expect(!text.contains("sk_live"))
  }

  @Test("lists what it approved over several pages")
  func pages() async throws {
    let fake = try await FakeGateway()
    let gateway = try fake.gateway()
    let requests = try (1...103).map { _ in try fake.request("cus_1/pm_approve") }
    for request in requests { _ = await gateway.charge(request) }
    var pages = 0
    var keys: Set<String> = []
    try await gateway.approved(since: 0) {
      pages += 1
      keys.formUnion($0.map(\.idempotencyKey))
    }
    #expect(pages == 2)
    #expect(keys == Set(requests.map(\.idempotencyKey)))
    // Without the reference the first of them is found behind a page of others.
    #expect(await gateway.find(requests[0]) != .absent)
  }

  @Test("keeps to its rate")
  func rate() async throws {
    let limit = RateLimit(perSecond: 20)
    let began = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<40 { group.addTask { try await limit.take() } }
      try await group.waitForAll()
    }
    let took = ContinuousClock.now - began
    // A second's worth goes at once, the next within a second.
    #expect(took > .milliseconds(900))
  }

  @Test(
    "counts in Stripe's units",
    arguments: [
      ("eur", 1234, 1234), ("jpy", 500, 500), ("isk", 5, 500), ("mga", 500, 5), ("mga", 501, nil),
      ("kwd", 5120, 5120), ("kwd", 5124, nil), ("ugx", 5, nil), ("clf", 5, nil), ("iqd", 1000, nil),
    ] as [(String, Int64, Int64?)])
  func units(code: String, minor: Int64, units: Int64?) throws {
    let amount = Money(minor: minor, currency: try #require(Currency(code: code)))
    #expect(StripeAmount.units(of: amount) == units)
    if let units { #expect(StripeAmount.money(units: units, currency: code) == amount) }
  }
}

/// The fake gateway as a process with its ledger.
struct FakeGateway: Sendable {
  private let peer: Peer
  private let folder: TemporaryFolder
  private let timeout: Duration

  /// Starts one; it hangs for eight seconds where it hangs.
  init(timeout: Duration = .seconds(60)) async throws {
    self.timeout = timeout
    folder = try TemporaryFolder()
    peer = try await Peer(
      "fake_gateway.py", ["\(folder.path)/ledger.jsonl"], variables: ["FAKE_GATEWAY_HANG": "8"])
  }

  /// The adapter that speaks to it.
  func gateway(key: String = "sk_test_fake", clock: WallClock = .system) throws -> StripeGateway {
    try gateway(port: peer.port, key: key, clock: clock)
  }

  private func gateway(port: Int, key: String, clock: WallClock) throws -> StripeGateway {
    StripeGateway(
      base: try #require(HTTPAddress("http://127.0.0.1:\(port)")), key: Secret(key),
      perSecond: 5000, timeout: timeout, clock: clock)
  }

  func conformance() throws -> GatewayConformance {
    GatewayConformance(
      gateway: try gateway(),
      unreachable: try gateway(port: 1, key: "sk_test_fake", clock: .system),
      token: { behavior in
        switch behavior {
        case .approve: "cus_1/pm_approve"
        case .decline(let code): "cus_1/pm_decline_\(code)"
        case .hangAfterApproval: "cus_1/pm_hang_after"
        case .breakAfterApproval: "cus_1/pm_break_after"
        case .errorAfterApproval: "cus_1/pm_error_after"
        case .tooManyRequests: "cus_1/pm_too_many"
        case .serverError: "cus_1/pm_error"
        case .unavailable: "cus_1/pm_unavailable"
        case .hang: "cus_1/pm_hang"
        case .garbage: "cus_1/pm_garbage"
        case .pending: "cus_1/pm_pending"
        case .refundDeclined: "cus_1/pm_refund_decline"
        case .refundBreaks: "cus_1/pm_refund_break"
        case .refundErrors: "cus_1/pm_refund_error"
        case .refundPending: "cus_1/pm_refund_pending"
        case .refundTooMany: "cus_1/pm_refund_too_many"
        }
      },
      chargeCount: { try chargeCount($0) })
  }

  /// How often its ledger has a key.
  func chargeCount(_ key: String) throws -> Int {
    let lines = try String(contentsOfFile: "\(folder.path)/ledger.jsonl", encoding: .utf8)
    return try lines.split(separator: "\n").count { try JSON(String($0))["key"] == .string(key) }
  }

  func request(
    _ token: String, key: String = UUID().uuidString, minor: Int64 = 500
  ) throws -> ChargeRequest {
    ChargeRequest(
      attempt: 1, idempotencyKey: key,
      amount: Money(minor: minor, currency: try #require(Currency(code: "eur"))), token: token,
      invoice: "INV-1", number: 1, intendedAt: WallClock.system.now())
  }
}
