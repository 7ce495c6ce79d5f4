// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 3: what was paid otherwise, and went back, is not charged by the plan that stands.
@Suite struct ChargePlanTests {
  /// 2026-11-02 12:00 UTC.
  private static let payments = PaymentOperations(at: 1_793_620_800, by: "tester")

  private static let planned = "select coalesce(next_payment_attempt_on::text, 'none') from invoice"

  /// Books with an invoice that is planned for 2026-11-04, and paid by hand before.
  private static func paid(
    isTried: Bool, _ body: (Books, ScriptedGateway) async throws -> Void
  ) async throws {
    try await ChargeBooks.with(["decline_insufficient_funds"]) { books, gateway in
      if isTried {
        try await books.charge("2026-11-01", at: gateway)
      } else {
        try await books.run("update invoice set next_payment_attempt_on = '2026-11-04'")
      }
      try await expectTexts(books, Self.planned, ["2026-11-04"])
      let payment = NewPayment(
        customer: 1, amount: 1000, currency: try #require(Currency(code: "eur")),
        date: try #require(LocalDate(iso: "2026-11-02")))
      try await books.connection.operation { _ = try Self.payments.record([payment], on: $0) }
      try await body(books, gateway)
    }
  }

  private static func notScheduled(_ books: Books) async throws -> String {
    let first = try #require(LocalDate(iso: "2026-11-01"))
    let period = try #require(Period(from: first, to: first.adding(days: 30)))
    let report = try await books.connection.transaction {
      try CollectionsReport.read(period, seller: nil, at: 1_793_620_800, on: $0)
    }
    return String(decoding: report.bytes(.text), as: UTF8.self)
  }

  @Test(
    "a lost dispute and a refund end it, whether the invoice was tried or not",
    arguments: ["lost", "refund", "part", "unapplied"], [true, false])
  func ended(how: String, isTried: Bool) async throws {
    try await Self.paid(isTried: isTried) { books, gateway in
      try await books.connection.operation {
        switch how {
        case "lost":
          try Self.payments.openDispute(1, over: $0)
          try Self.payments.endDispute(1, won: false, over: $0)
        case "refund": try Self.payments.refund(1, amount: 1000, over: $0)
        case "part":
          try Self.payments.refund(1, amount: 400, over: $0)
          try Self.payments.takeReturn(1, over: $0)
        default:
          try Self.payments.unapply(1, on: $0)
          try Self.payments.refund(1, amount: 1000, over: $0)
        }
      }
      try await expectTexts(books, Self.planned, ["none"])
      #expect(try await books.charge("2026-11-04", at: gateway).attempted == 0)
      let report = try await Self.notScheduled(books)
      #expect(report.contains("money went back"), "\(report)")
      try await expectSound(books)
    }
  }

  @Test(
    "a charge that was on its way while the money went back is not tried again when it is declined",
    arguments: ["lost", "part"])
  func onItsWay(how: String) async throws {
    try await ChargeBooks.with(["silent"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      let payment = NewPayment(
        customer: 1, amount: how == "part" ? 400 : 1000,
        currency: try #require(Currency(code: "eur")),
        date: try #require(LocalDate(iso: "2026-11-02")))
      try await books.connection.operation {
        _ = try Self.payments.record([payment], on: $0)
        try Self.payments.openDispute(1, over: $0)
        try Self.payments.endDispute(1, won: false, over: $0)
      }
      let resolution = ChargeResolution(
        at: 1_793_620_800, by: "tester", asking: GatewaySet([gateway]), asks: true)
      _ = try await resolution.resolve(
        1, as: .declined(code: "insufficient_funds", reference: nil), on: books.connection)
      try await expectTexts(books, Self.planned, ["none"])
      #expect(try await books.charge("2026-11-30", at: gateway).attempted == 0)
      let report = try await Self.notScheduled(books)
      #expect(report.contains("money went back"), "\(report)")
      try await expectSound(books)
    }
  }

  @Test(
    "nothing but a person's word plans it again",
    arguments: ["lost", "refund", "charged"], ["autopay", "unpost"])
  func notAgain(how: String, act: String) async throws {
    try await ChargeBooks.with(["approve"]) { books, gateway in
      if how == "charged" {
        try await books.charge("2026-11-01", at: gateway)
      } else {
        let payment = NewPayment(
          customer: 1, amount: 1000, currency: try #require(Currency(code: "eur")),
          date: try #require(LocalDate(iso: "2026-11-02")))
        try await books.connection.operation { _ = try Self.payments.record([payment], on: $0) }
      }
      try await books.connection.operation {
        switch how {
        case "lost":
          try Self.payments.openDispute(1, over: $0)
          try Self.payments.endDispute(1, won: false, over: $0)
        case "refund": try Self.payments.refund(1, amount: 1000, over: $0)
        default: try Self.payments.takeReturn(1, over: $0)
        }
      }
      try await books.source(1, "approve_another")
      try await expectTexts(books, Self.planned, ["none"])
      let documents = InvoiceOperations(at: 1_793_620_800, by: "tester")
      if act == "autopay" {
        for isOn in [false, true] {
          let change = #"{"autopay":\#(isOn)}"#
          let refused = try await PaymentBooks.attempt(books) {
            try documents.update(1, DocumentText(change), on: $0)
          }
          #expect(refused == nil)
        }
      } else {
        let refused = try await PaymentBooks.attempt(books) {
          try documents.unpost([1], on: $0)
          try documents.post([1], on: $0)
        }
        #expect(refused == nil)
      }
      try await expectTexts(books, Self.planned, ["none"])
      #expect(try await books.charge("2026-11-30", at: gateway).attempted == 0)
      // Also one that was planned otherwise is not charged.
      try await books.run("update invoice set next_payment_attempt_on = '2026-11-04'")
      let summary = try await books.charge("2026-11-30", at: gateway)
      #expect(summary.attempted == 0 && summary.uncharged == ["money_went_back": 1])
      try await expectTexts(books, Self.planned, ["none"])
      try await expectSound(books)
    }
  }

  @Test("while a dispute is open nothing is charged, and a bounced transfer leaves the plan")
  func goesOn() async throws {
    try await Self.paid(isTried: true) { books, gateway in
      try await books.connection.operation { try Self.payments.openDispute(1, over: $0) }
      #expect(try await books.charge("2026-11-04", at: gateway).attempted == 0)
    }
    try await Self.paid(isTried: true) { books, gateway in
      try await books.connection.operation { try Self.payments.takeReturn(1, over: $0) }
      try await expectTexts(books, Self.planned, ["2026-11-04"])
      #expect(try await books.charge("2026-11-04", at: gateway).attempted == 1)
      try await expectSound(books)
    }
  }
}
