// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Why an invoice cannot be charged (RULES 6, pay).
@Suite struct InvoicePayTests {
  /// 2026-11-20 12:00 UTC.
  private static let operations = InvoiceOperations(at: 1_795_176_000, by: "tester")

  private func refusal(_ books: Books) async throws -> BillRunError? {
    await #expect(throws: BillRunError.self) {
      try await books.connection.transaction { try Self.operations.pay([1], on: $0) }
    }
  }

  @Test("AutoPay and a payment source are needed, and each that is missing is told")
  func refusals() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "pro", from: "2026-11-01")
      try await books.bill("2026-11-01")
      let manual = try await refusal(books)
      #expect(manual?.code == "pay_refused_no_autopay")
      #expect(manual?.status == .dataError)
      try await books.run("update invoice set autopay = true")
      #expect(try await refusal(books)?.code == "pay_refused_no_source")
      try await books.run(
        "insert into payment_source (customer_id, object, gateway, token) "
          + "values (1, 'card', 'simulated', 'approve')")
      #expect(try await refusal(books)?.code == "pay_refused_no_gateway")
      try await books.run("update invoice set state = 'voided'")
      #expect(try await refusal(books)?.code == "pay_refused")
      #expect(try await books.text("select count(*) from payment_attempt") == "0")
    }
  }
}
