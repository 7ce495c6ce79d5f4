// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct PaymentTermsTests {
  @Test(
    "terms tell the last day to pay, counted from the invoice date",
    arguments: [
      ("NET 30", "2026-03-02"), ("net 0", "2026-01-31"), ("due on receipt", "2026-01-31"),
      ("EOM", "2026-01-31"), ("end of month", "2026-01-31"), ("NET EOM", "2026-01-31"),
      ("NET 10 EOM", "2026-02-10"), ("2% 10 NET 30", "2026-03-02"), ("AutoPay", nil),
      ("auto pay", nil), ("1.5% 10 NET 30 EOM", "2026-03-02"),
    ] as [(String, String?)])
  func dueDate(text: String, day: String?) throws {
    let terms = try #require(PaymentTerms(text))
    #expect(terms.dueDate(from: .on("2026-01-31"))?.description == day)
  }

  @Test("the end of the month is that of the invoice date's month")
  func endOfMonth() throws {
    let terms = try #require(PaymentTerms("EOM"))
    #expect(terms.dueDate(from: .on("2028-02-01")) == .on("2028-02-29"))
  }

  @Test("a discount for paying early is kept as an exact share")
  func early() throws {
    let terms = try #require(PaymentTerms("2.5% 10 NET 30"))
    #expect(terms.early == PaymentTerms.Early(percent: .percent("2.5"), days: 10))
  }

  @Test(
    "what nobody defined is refused",
    arguments: [
      "", "NET", "NET x", "NET -5", "30", "30 DAYS", "NET 30 DAYS", "2% NET 30", "2% 10",
      "101% 10 NET 30", "-2% 10 NET 30", "x% 10 NET 30", "2% 400 NET 30", "NET 4000", "EOM 10",
    ])
  func unknown(text: String) {
    #expect(PaymentTerms(text) == nil)
  }
}
