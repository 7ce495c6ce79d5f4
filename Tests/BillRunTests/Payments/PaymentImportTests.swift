// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Payments in bulk: matched to customers and invoices, recorded once, told where nothing matches.
@Suite struct PaymentImportTests {
  private typealias Pay = PaymentBooks

  private func take(
    _ text: String, _ name: String, on books: Books,
    _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> ImportReport {
    try await ImportBooks.withFile(text, named: name) {
      try await ImportBooks.run([$0], on: books.connection, change)
    }
  }

  @Test("objects go to the invoices they name, by id or number, else to the oldest due")
  func objects() async throws {
    try await Pay.withInvoices { books, first, _ in
      let lines = """
        {"object":"payment","customer":1,"amount":20,"currency":"eur","date":"2026-11-10",\
        "invoices":[{"invoice":"INV-000002","amount":12.5},{"invoice":\(first)}],"reference":"A"}
        {"object":"payment","customer":"K-1","amount":200,"currency":"eur","date":1794268800,\
        "method":"bank_transfer"}

        """
      let report = try await take(lines, "p.jsonl", on: books)
      #expect(report.isTaken, "\(report.faults)")
      #expect(report.counts.map(\.created) == [2])
      try await expectTexts(books, Pay.settled, ["11900", "10100"])
      try await expectTexts(
        books, "select method || ' ' || received_on from payment order by payment_id",
        ["other 2026-11-10", "bank_transfer 2026-11-10"])
      try await expectTexts(books, Pay.journal, ["payment: 1000 22000, 1200 -22000"])
      try await expectSound(books)
    }
  }

  private static let list = """
    date,amount,currency,customer,invoice,reference,method
    2026-11-10,100.00,eur,K-1,,T-1,bank_transfer
    2026-11-10,50.00,eur,,INV-000002,T-2,bank_transfer
    2026-11-11,19.00,eur,,,"Rechnung INV-000001, danke",bank_transfer
    2026-11-11,7.00,eur,K-1,,,cash

    """

  @Test("a bank's list is matched by customer, invoice and reference, and taken once")
  func bankList() async throws {
    try await Pay.withInvoices { books, _, _ in
      let report = try await take(Self.list, "bank.csv", on: books)
      #expect(report.isTaken, "\(report.faults)")
      try await expectTexts(books, Pay.settled, ["11900", "5700"])
      try await expectTexts(
        books, Pay.journal,
        ["payment: 1000 15000, 1200 -15000", "payment: 1000 2600, 1200 -2600"])
      try await expectSound(books)
      let rows = Self.list.split(separator: "\n").dropLast().joined(separator: "\n")
      let again = try await take(rows + "\n", "bank.csv", on: books)
      #expect(again.counts.map(\.created) == [0])
      #expect(again.counts.map(\.unchanged) == [3])
      try await expectTexts(books, "select count(*) from payment", ["4"])
    }
  }

  @Test("rows that match nothing are told, each with its reason, and nothing is taken")
  func refused() async throws {
    try await Pay.withInvoices { books, first, second in
      #expect(
        try await Pay.record(books, Pay.payment(500) { $0.reference = "T-9" }) == nil)
      _ = try await Pay.attempt(books) { try Pay.documents.writeOff([first], on: $0) }
      try await books.run("update seller set closed_through = '2026-10-31'")
      let list = """
        date,amount,currency,customer,invoice,reference,method
        2026-11-10,1,eur,K-9,,,
        2026-11-10,1,eur,,,thank you,
        2026-11-10,1,eur,,INV-9,,
        2026-11-10,1.001,eur,K-1,,,
        2026-11-10,1,usd,,INV-000002,,
        2026-10-31,1,eur,K-1,,,
        2026-12-31,1,eur,K-1,,,
        2026-11-10,6,eur,K-1,,T-9,other
        2026-11-10,1,eur,K-1,INV-000001,,
        2026-11-10,1,eur,K-1,,T-1,
        2026-11-10,1,eur,K-1,,T-1,

        """
      let report = try await take(list, "bank.csv", on: books)
      #expect(!report.isTaken)
      #expect(
        report.faults.map { "\($0.line) \($0.field): \($0.expected)" }.sorted() == [
          "10 invoice: an invoice that is not written off: billrun payment record --recover",
          "12 reference: one that does not occur twice in one import",
          "2 customer: the id or the number of a customer",
          "3 customer: a customer, since neither invoice nor reference tells of one",
          "4 invoice: the id or the number of an invoice",
          "5 amount: no more digits than the currency has",
          "6 invoice: an invoice in the currency of the payment",
          "7 date: a day after 2026-10-31, through which the books are closed",
          "8 date: no day to come",
          "9 reference: another one: payment 1 has it, and is not the same",
        ])
      try await expectTexts(books, "select count(*) from payment", ["1"])
      let objects = """
        {"object":"payment","customer":1,"amount":1,"currency":"eur","date":"2026-11-10",\
        "invoices":[{"invoice":\(second),"amount":2},{"invoice":"INV-000002","amount":-1}]}

        """
      let more = try await take(objects, "p.jsonl", on: books)
      #expect(
        more.faults.map { "\($0.field): \($0.expected)" }.sorted() == [
          "invoices.1.amount: an amount above 0 with no more digits than the currency has",
          "invoices.1.invoice: an invoice that is named once",
        ])
    }
  }

  @Test("a parent that pays for it owns what a child pays")
  func parents() async throws {
    try await Pay.withInvoices { books, _, _ in
      let child = #"{"object":"customer","id":2,"name":"D","parent_customer":1}"# + "\n"
      #expect(try await ImportBooks.run(lines: child, on: books.connection).isTaken)
      let payment =
        #"{"object":"payment","customer":2,"amount":5,"currency":"eur","date":"2026-11-10"}"#
      #expect(try await take(payment + "\n", "p.jsonl", on: books).isTaken)
      try await expectTexts(books, "select customer_id from payment", ["1"])
      try await expectTexts(books, Pay.settled, ["500", "0"])
      try await expectSound(books)
    }
  }

  private static let bare = """
    date,amount,currency,customer,invoice,method
    2026-11-10,30.00,eur,K-1,INV-000001,cash
    2026-11-11,7.00,eur,K-1,,cash

    """

  @Test("a list is taken once: its columns in another order and other blanks make no other of it")
  func lists() async throws {
    try await Pay.withInvoices { books, _, _ in
      _ = try await take(Self.bare, "bank.csv", on: books) { $0.isOfLists = true }
      let turned = """
        amount,date,currency,customer,invoice,method
        30.00, 2026-11-10,eur,K-1,INV-000001,cash
        7.00,2026-11-11,eur,K-1,,cash

        """
      for text in [Self.bare, turned.replacing(" 2026", with: "2026")] {
        let refused = await #expect(throws: BillRunError.self) {
          try await take(text, "other.csv", on: books) { $0.isOfLists = true }
        }
        #expect(refused?.code == "list_known" && refused?.status == .dataError)
      }
      let again = try await take(Self.bare, "bank.csv", on: books) {
        $0.isOfLists = true
        $0.overruled = [.again]
      }
      #expect(again.counts.map(\.created) == [2])
      try await expectTexts(books, "select count(*) from payment_list", ["1"])
      let more = try await take(Self.bare + "2026-11-12,1.00,eur,K-1,,cash\n", "b.csv", on: books) {
        $0.isOfLists = true
        $0.overruled = [.again]
      }
      #expect(more.counts.map(\.created) == [3])
      try await expectTexts(books, "select count(*) from payment_list", ["2"])
      try await expectSound(books)
    }
  }

  @Test("a row without a reference that equals a recorded payment is told, and taken if meant")
  func repeated() async throws {
    try await Pay.withInvoices { books, _, second in
      #expect(try await take(Self.bare, "bank.csv", on: books).isTaken)
      let list = """
        date,amount,currency,customer,invoice,method,reference
        2026-11-10,30.00,eur,K-1,INV-000001,cash,
        2026-11-10,30.00,eur,,INV-000002,cash,
        2026-11-11,7.00,eur,K-1,,bank_transfer,
        2026-11-11,7.00,eur,K-1,,cash,T-1
        2026-11-11,7.00,eur,K-1,,cash,

        """
      let report = try await take(list, "bank.csv", on: books)
      #expect(
        report.faults.map { "\($0.line) \($0.expected)" } == [
          "2 another payment than 1, possibly recorded already: --again if it is",
          "6 another payment than 2, possibly recorded already: --again if it is",
        ])
      let again = try await take(list, "bank.csv", on: books) { $0.overruled = [.again] }
      #expect(again.counts.map(\.created) == [5])
      try await expectSound(books)
    }
  }

  @Test("a day more than 366 days back is taken only if it is meant")
  func farBack() async throws {
    try await Pay.withInvoices { books, _, _ in
      let rows = "date,amount,currency,customer\n2025-11-19,1,eur,K-1\n2025-11-20,2,eur,K-1\n"
      let report = try await take(rows, "bank.csv", on: books)
      #expect(
        report.faults.map { "\($0.line) \($0.field): \($0.expected)" }
          == ["2 date: a day that is not more than 366 days back: --yes if it is meant"])
      let taken = try await take(rows, "bank.csv", on: books) { $0.overruled = [.farBack] }
      #expect(taken.counts.map(\.created) == [2])
    }
  }

  @Test("a list has payments only: other objects and lines without one are told so")
  func onlyPayments() async throws {
    try await Pay.withInvoices { books, _, _ in
      let lines = """
        {"customer":1,"amount":20,"currency":"eur","date":"2026-11-10"}
        {"object":"customer","id":9,"name":"N"}

        """
      let report = try await take(lines, "p.jsonl", on: books) { $0.isOfLists = true }
      #expect(
        report.faults.map { "\($0.line) \($0.field): \($0.expected)" } == [
          #"1 object: "payment""#, #"2 object: "payment""#,
        ])
      try await expectTexts(books, "select count(*) from customer", ["1"])
    }
  }

  @Test("columns that are separated by something else than commas are told by its name")
  func separators() async throws {
    try await Pay.withInvoices { books, _, _ in
      for (sign, name) in [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")] {
        let text = ["amount,currency,date", "1,eur,2026-11-10", ""].joined(separator: "\n")
          .replacing(",", with: sign)
        let refused = await #expect(throws: BillRunError.self) {
          try await take(text, "bank.csv", on: books)
        }
        #expect(refused?.code == "csv_malformed")
        #expect(
          refused?.message.hasSuffix("separated by \(name), and must be by commas") == true)
      }
    }
  }
}
