// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// What the tests of charging have in common: AutoPay customers who owe 10.00 of 2026-11-01.
enum ChargeBooks {
  /// Lends books with a customer for each token, billed for November.
  ///
  /// Several that approve, or refuse, have each a source of their own.
  static func with(
    _ tokens: [String], policy: String? = nil,
    _ body: (Books, ScriptedGateway) async throws -> Void
  ) async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      if let policy { try await books.run("insert into retry_policy \(policy)") }
      for (place, token) in tokens.enumerated() {
        try await books.customer(place + 1, ["autopay": "true"])
        if policy != nil { try await books.run("update customer set retry_policy_id = 1") }
        let isOne =
          !["approve", "refuse"].contains(token) || tokens.firstIndex(of: token) == place
        try await books.source(place + 1, isOne ? token : "\(token)_\(place + 1)")
        try await books.subscription(place + 1, of: place + 1, "pro", from: "2026-11-01")
      }
      try await books.bill("2026-11-01")
      try await body(books, ScriptedGateway())
    }
  }

  /// State, attempts and next attempt of each invoice.
  static let invoices = """
    select concat_ws(' ', invoice_status(i, '2026-11-01', exists (
        select from payment_attempt a where a.invoice_id = i.invoice_id
          and a.state in ('intended', 'pending', 'unknown'))),
      attempt_count, next_payment_attempt_on)
    from invoice i order by invoice_id
    """

  /// What became of each attempt.
  static let attempts = """
    select concat_ws(' ', invoice_id, try, state, decline_class) from payment_attempt
    order by payment_attempt_id
    """
}

extension Books {
  /// Gives a customer a payment source at the scripted gateway.
  func source(_ customer: Int, _ token: String, brand: String = "amex") async throws {
    try await run(
      """
      update payment_source set removed_at = now()
      where customer_id = \(customer) and removed_at is null;
      insert into payment_source (customer_id, object, gateway, token, brand)
      values (\(customer), 'card', 'scripted', '\(token)', '\(brand)')
      on conflict (customer_id, gateway, payment_source_key(object, token, mandate))
      do update set removed_at = null
      """)
  }

  /// Charges what is due on a day, seen on that day.
  @discardableResult
  func charge(
    _ asOf: String, at gateway: ScriptedGateway, hour: Int64 = 12,
    _ change: (inout ChargeOptions) -> Void = { _ in }
  ) async throws -> ChargeSummary {
    let day = try #require(LocalDate(iso: asOf))
    var options = ChargeOptions(asOf: .day(day))
    options.inFlight = 4
    change(&options)
    let moment = Int64(day.daysSince1970) * 86_400 + hour * 3600
    return try await ChargeEngine(
      database: database, gateways: GatewaySet([gateway]), options: options,
      clock: WallClock(now: { moment }), user: "tester"
    ).charge()
  }
}
