// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Foundation
import TestSupport
import Testing

/// What every gateway that can refund must do, whatever is behind it.
extension GatewayConformance {
  func runRefund(_ check: Check) async throws {
    #expect(gateway.canRefund)
    switch check {
    case .refund: try await refundsOnce()
    case .refundTooMuch: try await refundsNoMore()
    case .refundedSince: try await listsRefunds()
    case .refundAtOnce: try await refundsManyAtOnce()
    case .refundDeclined:
      let request = try await refund(of: .refundDeclined, minor: 100)
      guard case .declined(let code, _) = await gateway.refund(request) else {
        Issue.record("not declined")
        return
      }
      #expect(!code.isEmpty)
      #expect(await gateway.findRefund(request) == .absent)
    case .refundBreaks: try await settlesLostRefund(.refundBreaks)
    case .refundErrors: try await settlesLostRefund(.refundErrors)
    case .refundPending:
      let request = try await refund(of: .refundPending, minor: 100)
      guard case .pending(let reference) = await gateway.refund(request) else {
        Issue.record("it is not pending")
        return
      }
      #expect(await gateway.findRefund(request) == .found(.pending(reference: reference)))
    case .refundTooMany:
      let request = try await refund(of: .refundTooMany, minor: 100)
      guard case .notSent(_, let seconds) = await gateway.refund(request) else {
        Issue.record("429 is taken for an outcome")
        return
      }
      #expect(seconds == 7)
      #expect(await gateway.findRefund(request) == .absent)
    case .refundRefused:
      let request = try await refund(of: .approve, minor: 100)
      guard case .notSent(let reason, _) = await unreachable.refund(request) else {
        Issue.record("it is taken for sent")
        return
      }
      #expect(!reason.isEmpty)
      guard case .unknown = await unreachable.findRefund(request) else {
        Issue.record("looked up where nobody listens")
        return
      }
    default:
      #expect(await gateway.findRefund(try refund(of: .approve, minor: 100)) == .absent)
    }
  }

  /// A refund of a charge that was just approved.
  func refund(of behavior: GatewayBehavior, minor: Int64) async throws -> RefundRequest {
    var charge = try await prepared(request(behavior))
    var outcome = await gateway.charge(charge)
    if case .unknown = outcome { outcome = await gateway.charge(charge) }
    guard let reference = outcome.approvedReference else { throw Unprepared() }
    charge.reference = reference
    return refund(of: charge, minor: minor)
  }

  private func refund(of charge: ChargeRequest, minor: Int64) -> RefundRequest {
    RefundRequest(
      refund: 1, idempotencyKey: "\(UUID().uuidString.lowercased())-pay-17-refund-1",
      amount: Money(minor: minor, currency: charge.amount.currency),
      intendedAt: WallClock.system.now(), charge: charge)
  }

  private func refundsOnce() async throws {
    let request = try await refund(of: .approve, minor: 234)
    let first = await gateway.refund(request)
    let reference = try #require(first.approvedReference)
    #expect(await gateway.refund(request) == first)
    #expect(await gateway.findRefund(request) == .found(.approved(reference: reference)))
    // The rest of 12.34 is still there, and nothing beyond.
    let rest = refund(of: request.charge, minor: 1000)
    #expect(await gateway.refund(rest).approvedReference != nil)
    guard case .declined = await gateway.refund(refund(of: request.charge, minor: 1)) else {
      Issue.record("more is refunded than was charged")
      return
    }
  }

  private func listsRefunds() async throws {
    let now = WallClock.system.now()
    let request = try await refund(of: .approve, minor: 100)
    _ = await gateway.refund(request)
    var found: [GatewayRefund] = []
    try await gateway.refunded(since: now) { page in
      found += page.filter { $0.idempotencyKey == request.idempotencyKey }
    }
    #expect(found.map(\.amount) == [request.amount])
    var later: [GatewayRefund] = []
    try await gateway.refunded(since: now + 3600) { later += $0 }
    #expect(later.isEmpty)
    await #expect(throws: BillRunError.self) { try await unreachable.refunded(since: 0) { _ in } }
  }

  private func refundsNoMore() async throws {
    let request = try await refund(of: .approve, minor: 1235)
    guard case .declined(let code, _) = await gateway.refund(request) else {
      Issue.record("more is refunded than was charged")
      return
    }
    #expect(!code.isEmpty)
    #expect(await gateway.findRefund(request) == .absent)
  }

  private func refundsManyAtOnce() async throws {
    let first = try await refund(of: .approve, minor: 100)
    let others = (0..<30).map { _ in refund(of: first.charge, minor: 100) }
    let outcomes = await withTaskGroup(of: ChargeOutcome.self) { group in
      // Each twice, as two processes might.
      for request in others + others { group.addTask { await gateway.refund(request) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let approved = Set(outcomes.compactMap(\.approvedReference))
    #expect(approved.count == 12)
    #expect(
      outcomes.allSatisfy {
        switch $0 {
        case .approved, .declined: true
        default: false
        }
      })
  }

  private func settlesLostRefund(_ behavior: GatewayBehavior) async throws {
    let request = try await refund(of: behavior, minor: 1000)
    guard case .unknown = await gateway.refund(request) else {
      Issue.record("the lost answer is known")
      return
    }
    guard case .found(.approved(let found)) = await gateway.findRefund(request) else {
      Issue.record("the refund is not found")
      return
    }
    #expect(await gateway.refund(request) == .approved(reference: found))
    // Once: what is left would not bear it again.
    guard case .declined = await gateway.refund(refund(of: request.charge, minor: 1000)) else {
      Issue.record("refunded twice")
      return
    }
  }
}
