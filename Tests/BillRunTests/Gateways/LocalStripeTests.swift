// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Foundation
import TestSupport
import Testing
import Transport

@testable import BillRun

/// The adapter for Stripe beside localstripe, a fake that others made: it knows Stripe's objects
/// and states, but neither idempotency keys, nor accounts, nor lists by customer or time.
@Suite(
  .enabled(if: LocalStripe.python != nil, "localstripe is not there: scripts/test --peers"))
struct LocalStripeTests {
  /// What it has all that is needed for.
  private static let checks: [GatewayConformance.Check] = [.approve, .decline, .refused]

  @Test("conforms", arguments: checks)
  func conforms(check: GatewayConformance.Check) async throws {
    let stripe = try await LocalStripe()
    try await stripe.conformance().run(check)
  }

  @Test("asked again, also with another key, it says what became of the one PaymentIntent")
  func askedAgain() async throws {
    let stripe = try await LocalStripe()
    let conformance = try await stripe.conformance()
    let approved = try await conformance.prepared(conformance.request(.approve))
    let outcome = await conformance.gateway.charge(approved)
    #expect(outcome == .approved(reference: try #require(approved.reference)))
    #expect(await conformance.gateway.charge(approved) == outcome)
    #expect(try await conformance.chargeCount(approved.idempotencyKey) == 1)

    let refused = try await conformance.prepared(conformance.request(.decline(code: "")))
    let declined = ChargeOutcome.declined(code: "card_declined", reference: refused.reference)
    #expect(await conformance.gateway.charge(refused) == declined)
    #expect(await conformance.gateway.charge(refused) == declined)
    #expect(await conformance.gateway.find(refused) == .found(declined))
    #expect(try await conformance.chargeCount(refused.idempotencyKey) == 0)
  }

  @Test("a payment method that is not there is declined by the preparation")
  func missing() async throws {
    let stripe = try await LocalStripe()
    let request = ChargeRequest(
      attempt: 1, idempotencyKey: "key-1",
      amount: Money(minor: 500, currency: try #require(Currency(code: "eur"))),
      token: "cus_none/pm_none", invoice: "INV-1", number: 1, intendedAt: 0)
    guard case .ended(.declined) = await stripe.gateway.prepare(request) else {
      Issue.record("it is prepared")
      return
    }
  }
}

/// localstripe as a process, with a customer who has saved two cards.
private struct LocalStripe {
  /// The Python that has localstripe; nil when there is none.
  static let python = ProcessInfo.processInfo.environment["BILLRUN_LOCALSTRIPE"]

  let gateway: StripeGateway
  private let peer: Peer

  init() async throws {
    peer = try await Peer("localstripe_loopback.py", python: LocalStripe.python ?? "python3")
    gateway = try Self.gateway(port: peer.port)
  }

  private static func gateway(port: Int) throws -> StripeGateway {
    StripeGateway(
      base: try #require(HTTPAddress("http://127.0.0.1:\(port)")), key: Secret("sk_test_local"),
      perSecond: 1000)
  }

  func conformance() async throws -> GatewayConformance {
    let customer = try await make("/v1/customers", [("name", "ACME")])
    let approved = try await card("4242424242424242", of: customer)
    let declined = try await card("4000000000000341", of: customer)
    var conformance = GatewayConformance(
      gateway: gateway, unreachable: try Self.gateway(port: 1),
      token: { behavior in
        switch behavior {
        case .approve: "\(customer)/\(approved)"
        case .decline: "\(customer)/\(declined)"
        default: nil
        }
      },
      chargeCount: { [gateway, peer] key in
        _ = peer
        let intents = try await gateway.read(
          "/v1/payment_intents", [(name: "limit", value: "100")], StripeList<StripeIntent>.self)
        let charges = try await gateway.read(
          "/v1/charges", [(name: "limit", value: "100")], StripeList<StripeCharge>.self)
        let ours = Set(intents.data.filter { $0.key == key }.map(\.id))
        return charges.data.count {
          $0.status == "succeeded" && ours.contains($0.payment_intent ?? "")
        }
      })
    conformance.declineCode = "card_declined"
    conformance.findsByKey = false
    return conformance
  }

  private func card(_ number: String, of customer: String) async throws -> String {
    let card = try await make(
      "/v1/payment_methods",
      [
        ("type", "card"), ("card[number]", number), ("card[exp_month]", "12"),
        ("card[exp_year]", "2040"), ("card[cvc]", "123"),
      ])
    return try await make("/v1/payment_methods/\(card)/attach", [("customer", customer)])
  }

  /// Makes an object, and gives its id.
  private func make(_ path: String, _ fields: [(String, String)]) async throws -> String {
    let answer = try await gateway.api.post(
      path, fields.map { (name: $0.0, value: $0.1) }, idempotencyKey: UUID().uuidString)
    return try #require(answer.json(StripeAccount.self)?.id, "\(path): \(answer.status)")
  }
}
