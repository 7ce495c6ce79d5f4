// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// The tax of what is credited of documents whose tax also has lines below zero: rate × what those
/// of the credited line's sign come to, though the group comes to less (RULES 1.7).
@Suite struct MixedTaxTests {
  /// A subscription whose first invoice also has a line below zero, upgraded to 60.00.
  private func upgrade(
    _ books: Books, _ price: String = "30", besides item: String, taxes: String = "{vat}"
  ) async throws {
    try await books.seller()
    try await books.taxRate("vat", "19")
    try await books.taxRate("within", "19", ["inclusive": "true"])
    try await books.taxRate("levy", "5")
    try await books.taxRate("onlevy", "10", ["compound": "true"])
    try await books.plan("pro", price)
    try await books.plan("plus", "60")
    try await books.customer(1, ["taxes": taxes])
    try await books.subscription(1, of: 1, "pro", from: "2026-11-01")
    try await books.pendingItem(of: 1, item, added: "2026-10-30")
    try await books.bill("2026-11-01")
    try await books.change(of: 1, on: "2026-11-16", plan: "plus")
    try await books.bill("2026-11-16")
  }

  private static let second = """
    select concat_ws(' ', total_minor - tax_minor, tax_minor, total_minor) from invoice
    where invoice_date = '2026-11-16'
    """

  @Test(
    "an upgrade by 15.00 bears 2.85, whatever else the invoice had",
    arguments: ["-30", "-29.99", "-28.98", "-28.99", "-27.53", "-15", "-60"])
  func upgrades(item: String) async throws {
    try await withBooks { books in
      try await upgrade(books, besides: item)
      try await expectTexts(books, Self.second, ["1500 285 1785"])
      try await expectSound(books)
    }
  }

  /// 30.00 has 4.79 within, of which 15.00 takes back R(4.79 / 2) = 2.40.
  @Test("so does a tax within the price", arguments: ["-30", "-29.99"])
  func inclusive(item: String) async throws {
    try await withBooks { books in
      try await upgrade(books, besides: item, taxes: "{within}")
      try await expectTexts(books, Self.second, ["1500 0 1500"])
      try await expectTexts(
        books, "select amount_minor from invoice_tax where base_minor > 1000", ["239"])
      try await expectSound(books)
    }
  }

  /// Of 30.00 they are 1.50 and 10 % of 31.50, of which R(3.15 / 2) = 1.58 go back.
  @Test("so does a tax that is taken of another")
  func compound() async throws {
    try await withBooks { books in
      try await upgrade(books, besides: "-30", taxes: "{levy,onlevy}")
      try await expectTexts(
        books,
        "select amount_minor from invoice_tax join invoice using (invoice_id) "
          + "where invoice_date = '2026-11-16' order by tax_no", ["75", "157"])
      try await expectSound(books)
    }
  }

  /// 30.05 − 0.13 bears 5.68, the lines 5.71 and −0.02.
  ///
  /// Of 15.03 go 2.86 back; the rest is 15.02 − 0.13 with 5.68 − 2.86.
  @Test("what takes all that is left of the invoice takes exactly what is left of its tax")
  func rest() async throws {
    try await withBooks { books in
      try await upgrade(books, "30.05", besides: "-0.13")
      try await expectTexts(books, Self.second, ["1497 284 1781"])
      _ = try await books.connection.transaction {
        try InvoiceOperations(at: 1_795_000_000, by: "tester").credit(1, .all, on: $0)
      }
      try await expectTexts(
        books,
        "select concat_ws(' ', tax_minor, total_minor) from invoice where kind = 'credit_note'",
        ["282 1771"])
      try await expectSound(books)
    }
  }
}
