// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Foundation
import TestSupport
import Testing

/// What a payment source can make a gateway of the tests do.
enum GatewayBehavior: Hashable, Sendable {
  case approve
  case decline(code: String)
  /// Charged, but the answer to the first call does not come in time.
  case hangAfterApproval
  /// Charged, but the connection breaks instead of an answer to the first call.
  case breakAfterApproval
  /// Charged, but the first call is answered by a 500 that the gateway gives again and again.
  case errorAfterApproval
  case tooManyRequests
  case serverError
  case unavailable
  /// Longer than the time-out, and then nothing is charged.
  case hang
  case garbage
  /// Charged, only later.
  case pending
  /// Charged, and a refund of it is declined.
  case refundDeclined
  /// Charged, and refunded, but the connection breaks instead of an answer to the first call.
  case refundBreaks
  /// Charged, and refunded, but the first call is answered by a 500 that is given again and again.
  case refundErrors
  /// Charged, and refunded later.
  case refundPending
  /// Charged, but a refund is answered by 429.
  case refundTooMany
}

/// What every gateway must do, whatever is behind it.
///
/// A suite for an adapter makes one of these and runs each check that its gateway can be brought
/// to.
struct GatewayConformance: Sendable {
  /// One check; its raw value is what the gateway must do.
  enum Check: String, CaseIterable, Sendable {
    case approve = "approves, and is found"
    case decline = "declines with the gateway's code"
    case sameKey = "charges once for one key"
    case hangAfterApproval = "an answer lost by time-out is unknown, then approved, charged once"
    case breakAfterApproval = "an answer lost by a break is unknown, then approved, charged once"
    case errorAfterApproval = "a 500 that is replayed settles nothing, looking it up does"
    case tooManyRequests = "429 is not sent"
    case serverError = "500 is unknown"
    case unavailable = "503 is unknown"
    case hang = "an answer beyond the time-out is unknown"
    case garbage = "an answer that cannot be read is unknown"
    case pending = "a charge that needs days is pending"
    case refused = "a refused connection is not sent"
    case findAbsent = "a charge never made is absent"
    case approvedSince = "lists what it approved since a moment, and no more"
    case account = "names its account, always the same"
    case concurrent = "64 at once are each charged once"
    case refund = "refunds once for one key, and is found"
    case refundTooMuch = "never refunds more than it charged"
    case refundAtOnce = "of many refunds at once it makes as many as the charge has money for"
    case refundedSince = "lists what it refunded since a moment, and no more"
    case refundDeclined = "declines a refund with the gateway's code"
    case refundBreaks = "a refund whose answer is lost is unknown, then approved, made once"
    case refundErrors = "a 500 to a refund settles nothing, looking it up does"
    case refundPending = "a refund that needs days is pending"
    case refundTooMany = "429 to a refund is not sent"
    case refundRefused = "a refund where nobody listens is not sent"
    case refundAbsent = "a refund never made is absent"
  }

  let gateway: any Gateway
  /// The same adapter where nobody listens.
  let unreachable: any Gateway
  /// The token for a behavior; nil where the gateway cannot be brought to it.
  let token: @Sendable (GatewayBehavior) -> String?
  /// How often the gateway charged for a key, by its own books.
  let chargeCount: @Sendable (String) async throws -> Int
  /// The code that its declined charges have.
  var declineCode = "insufficient_funds"
  /// Whether it can look up a charge whose reference was lost.
  var findsByKey = true
  /// What a charge that goes well is at first: some tell only later, by other means, and then it is
  /// nobody's at the gateway yet.
  var isPendingAtFirst = false

  func run(_ check: Check) async throws {
    switch check {
    case .approve: try await approves()
    case .decline: try await declines()
    case .sameKey: try await chargesOnceForOneKey()
    case .hangAfterApproval: try await settlesLostAnswer(.hangAfterApproval)
    case .breakAfterApproval: try await settlesLostAnswer(.breakAfterApproval)
    case .errorAfterApproval: try await looksUpReplayedError()
    case .tooManyRequests: try await isNotSent()
    case .serverError: try await isUnknown(.serverError)
    case .unavailable: try await isUnknown(.unavailable)
    case .hang: try await isUnknown(.hang)
    case .garbage: try await isUnknown(.garbage)
    case .pending: try await isPending()
    case .refused: try await refusesConnection()
    case .findAbsent: try await findsNothing()
    case .approvedSince: try await listsApprovals()
    case .account: try await namesAccount()
    case .concurrent: try await chargesManyAtOnce()
    default: try await runRefund(check)
    }
  }

  /// A charge that no other test makes.
  func request(
    _ behavior: GatewayBehavior, minor: Int64 = 1234, currency: String = "eur"
  ) throws -> ChargeRequest {
    let key = "\(UUID().uuidString.lowercased())-inv-17-try-1"
    return ChargeRequest(
      attempt: 1, idempotencyKey: key,
      amount: Money(minor: minor, currency: try #require(Currency(code: currency))),
      token: try #require(token(behavior)), invoice: "INV-000017", number: 1,
      intendedAt: WallClock.system.now())
  }

  /// Prepares a charge as the charge step does: what it is called with from then on.
  func prepared(_ request: ChargeRequest) async throws -> ChargeRequest {
    guard case .ready(let reference) = await gateway.prepare(request) else {
      throw Unprepared()
    }
    var request = request
    request.reference = reference
    return request
  }

  /// Prepares and charges; the preparation may end it.
  func attempt(_ request: ChargeRequest) async -> ChargeOutcome {
    switch await gateway.prepare(request) {
    case .ended(let outcome): return outcome
    case .ready(let reference):
      var request = request
      request.reference = reference
      return await gateway.charge(request)
    }
  }

  struct Unprepared: Error {}
}

extension GatewayConformance {
  private func approves() async throws {
    let request = try await prepared(request(.approve))
    let outcome = await gateway.charge(request)
    let reference = try #require(outcome.approvedReference)
    #expect(await gateway.find(request) == .found(.approved(reference: reference)))
    if findsByKey {
      var forgotten = request
      forgotten.reference = nil
      #expect(await gateway.find(forgotten) == .found(.approved(reference: reference)))
    }
    #expect(try await chargeCount(request.idempotencyKey) == 1)
  }

  private func declines() async throws {
    let request = try request(.decline(code: declineCode))
    guard case .declined(let code, _) = await attempt(request) else {
      Issue.record("not declined")
      return
    }
    #expect(code == declineCode)
    guard case .declined(let again, _) = await attempt(request) else {
      Issue.record("asked again, it is not declined")
      return
    }
    #expect(again == declineCode)
    #expect(try await chargeCount(request.idempotencyKey) == 0)
  }

  private func chargesOnceForOneKey() async throws {
    let request = try request(isPendingAtFirst ? .pending : .approve)
    let first = await attempt(request)
    #expect(good(first) != nil)
    #expect(await attempt(request) == first)
    #expect(try await chargeCount(request.idempotencyKey) == (isPendingAtFirst ? 0 : 1))
  }

  /// The reference of a charge that went well so far; nil for any other.
  private func good(_ outcome: ChargeOutcome) -> String? {
    if isPendingAtFirst, case .pending(let reference) = outcome { return reference }
    return isPendingAtFirst ? nil : outcome.approvedReference
  }

  private func settlesLostAnswer(_ behavior: GatewayBehavior) async throws {
    let request = try await prepared(request(behavior))
    guard case .unknown = await gateway.charge(request) else {
      Issue.record("the lost answer is known")
      return
    }
    #expect(try await chargeCount(request.idempotencyKey) == 1)
    guard case .found(.approved(let found)) = await gateway.find(request) else {
      Issue.record("the charge is not found")
      return
    }
    #expect(await gateway.charge(request) == .approved(reference: found))
    #expect(try await chargeCount(request.idempotencyKey) == 1)
  }

  private func looksUpReplayedError() async throws {
    let request = try await prepared(request(.errorAfterApproval))
    guard case .unknown = await gateway.charge(request) else {
      Issue.record("a 500 is known")
      return
    }
    // The gateway says the same 500 to the same key; only the charge itself tells.
    let second = await gateway.charge(request)
    #expect(second.approvedReference != nil)
    #expect(try await chargeCount(request.idempotencyKey) == 1)
  }

  private func isNotSent() async throws {
    let request = try request(.tooManyRequests)
    guard case .notSent(_, let seconds) = await attempt(request) else {
      Issue.record("429 is taken for an outcome")
      return
    }
    #expect(seconds == 7)
    #expect(try await chargeCount(request.idempotencyKey) == 0)
  }

  private func isUnknown(_ behavior: GatewayBehavior) async throws {
    let request = try await prepared(request(behavior))
    guard case .unknown(let reason) = await gateway.charge(request) else {
      Issue.record("it is taken for an outcome")
      return
    }
    #expect(!reason.isEmpty)
    #expect(try await chargeCount(request.idempotencyKey) == 0)
  }

  private func isPending() async throws {
    let request = try await prepared(request(.pending))
    guard case .pending(let reference) = await gateway.charge(request) else {
      Issue.record("it is not pending")
      return
    }
    #expect(await gateway.find(request) == .found(.pending(reference: reference)))
    var asked = request
    asked.reference = reference
    #expect(await gateway.charge(asked) == .pending(reference: reference))
    var approved: [GatewayCharge] = []
    try await gateway.approved(since: 0) { approved += $0 }
    #expect(!approved.contains { $0.idempotencyKey == request.idempotencyKey })
  }

  private func refusesConnection() async throws {
    var request = try request(.approve)
    switch await unreachable.prepare(request) {
    case .ended(.notSent(let reason, _)): #expect(!reason.isEmpty)
    case .ended(let outcome): Issue.record("prepared: \(outcome)")
    case .ready(let reference): request.reference = reference
    }
    guard case .notSent(let reason, _) = await unreachable.charge(request) else {
      Issue.record("it is taken for sent")
      return
    }
    #expect(!reason.isEmpty)
    guard case .unknown = await unreachable.find(request) else {
      Issue.record("looked up where nobody listens")
      return
    }
    let error = await #expect(throws: BillRunError.self) { _ = try await unreachable.account() }
    #expect(error?.status == .unavailable)
    let listing = await #expect(throws: BillRunError.self) {
      try await unreachable.approved(since: 0) { _ in }
    }
    #expect(listing?.status == .unavailable)
  }

  private func findsNothing() async throws {
    let request = try request(.approve)
    #expect(await gateway.find(request) == .absent)
  }

  private func listsApprovals() async throws {
    let now = WallClock.system.now()
    let first = try request(.approve, minor: 700)
    let second = try request(.approve, minor: 900, currency: "jpy")
    let third = try request(.decline(code: declineCode))
    for request in [first, second, third] { _ = await attempt(request) }
    var found: [GatewayCharge] = []
    try await gateway.approved(since: now) { found += $0 }
    let ours = Dictionary(grouping: found, by: \.idempotencyKey)
    #expect(ours[first.idempotencyKey]?.map(\.amount) == [first.amount])
    #expect(ours[second.idempotencyKey]?.map(\.amount) == [second.amount])
    #expect(ours[third.idempotencyKey] == nil)
    #expect(ours[first.idempotencyKey]?.map(\.token) == [first.token])
    let moments = try #require(ours[first.idempotencyKey]).map(\.chargedAt)
    #expect(moments.allSatisfy { now - 1...WallClock.system.now() ~= $0 })
    var later: [GatewayCharge] = []
    try await gateway.approved(since: now + 3600) { later += $0 }
    #expect(later.isEmpty)
  }

  private func namesAccount() async throws {
    let account = try await gateway.account()
    #expect(!account.isEmpty)
    #expect(try await gateway.account() == account)
  }

  private func chargesManyAtOnce() async throws {
    let requests = try (0..<64).map { _ in try request(isPendingAtFirst ? .pending : .approve) }
    let outcomes = await withTaskGroup(of: ChargeOutcome.self) { group in
      // Each twice, as two processes might.
      for request in requests + requests { group.addTask { await attempt(request) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.allSatisfy { good($0) != nil })
    #expect(Set(outcomes.compactMap(good)).count == 64)
    for request in requests {
      #expect(try await chargeCount(request.idempotencyKey) == (isPendingAtFirst ? 0 : 1))
    }
  }
}

extension ChargeOutcome {
  /// The reference of a charge that was approved; nil for any other.
  var approvedReference: String? {
    if case .approved(let reference) = self { reference } else { nil }
  }
}
