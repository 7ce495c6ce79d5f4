// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct InvoiceBuilderTests {
  private func subscription(
    _ charges: [Subscription.Charge] = [.init(slot: 0, plan: 0)], start: String = "2026-06-01",
    discounts: [Subscription.AttachedCoupon] = []
  ) -> Subscription {
    Subscription(id: ID(1), charges: charges, start: .on(start), discounts: discounts)
  }

  @Test("the steps come in order: price, discount, tax, credit, terms")
  func pipeline() throws {
    var books = Books()
    books.plans = [.monthly("pro", "100.00"), .monthly("extra", "5.55")]
    books.coupons = [Coupon(id: ID(0), code: "tenth", value: .percent(.percent("10")))]
    books.taxRates = [.percent("vat", "19")]
    let account = AccountSnapshot(
      payer: .plain(taxes: [0], terms: "2% 10 NET 30"),
      subscriptions: [
        subscription(
          [.init(slot: 0, plan: 0), .init(slot: 1, plan: 1, quantity: .number("2"))],
          discounts: [.init(coupon: 0)])
      ], credits: [Credit(id: ID(5), kind: .money, open: .of("20.00"))])
    let draft = try #require(
      try books.bill(account, asOf: .on("2026-06-03"), invoiceDate: .on("2026-06-05"))
        .documents.first)
    #expect(draft.subtotal == .of("111.10"))
    #expect(draft.discount == .of("11.11"))
    #expect(draft.tax == .of("19.00"))
    #expect(draft.total == .of("118.99"))
    #expect(draft.credited == .of("20.00"))
    #expect(draft.dueDate == .on("2026-07-05"))
    #expect(draft.earlyDiscount == EarlyDiscount(until: .on("2026-06-15"), amount: .of("2.38")))
  }

  @Test("55.00 with 7 % is 58.85, whatever an example in the seeds says")
  func seedExample() throws {
    var books = Books()
    books.taxRates = [.percent("tax", "7")]
    let items: [PendingItem] = [.of("45.00", id: 1, taxes: [0]), .of("10.00", id: 2, taxes: [0])]
    let draft = try #require(try books.bill(items: items).documents.first)
    #expect(draft.tax == .of("3.85"))
    #expect(draft.total == .of("58.85"))
  }

  @Test("the price is that of the period's first day, or of the first paid one")
  func priceVersions() throws {
    var books = Books()
    books.plans = [
      Plan(
        id: ID(1), code: "pro", currency: .usd, interval: .month, intervalCount: 1,
        prices: [
          Price(id: ID(1), validFrom: .on("2026-01-01"), model: .flat(.number("31"))),
          Price(id: ID(2), validFrom: .on("2026-02-10"), model: .flat(.number("62"))),
        ])
    ]
    let anniversary = subscription(start: "2026-02-09")
    let billed = try books.bill(anniversary, asOf: .on("2026-03-10"))
    #expect(billed.documents.flatMap(\.lines).map(\.price) == [ID(1), ID(2)])
    let calendar = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-02-10"), anchorDay: 1)
    let part = try #require(try books.bill(calendar, asOf: .on("2026-02-10")).documents.first)
    #expect(part.lines.map(\.price) == [ID(2)])
    let early = subscription(start: "2025-12-31")
    #expect(throws: Issue.priceMissing(plan: "pro", day: .on("2025-12-31"))) {
      try books.bill(early, asOf: .on("2026-01-15"))
    }
  }

  @Test("pending items ride on the first document of their currency, once")
  func pendingItems() throws {
    let account = AccountSnapshot(
      payer: .plain(), subscriptions: [subscription(start: "2026-05-01")],
      pendingItems: [
        .of("3.00", id: 1, addedOn: .on("2026-05-30")),
        .of("4.00", id: 2, currency: .eur, addedOn: .on("2026-05-30")),
      ])
    let billed = try Books().bill(account, asOf: .on("2026-06-01"))
    #expect(
      billed.documents.map(\.summary) == [
        ["2026-05-01..2026-06-01 10.00", "3.00"], ["2026-06-01..2026-07-01 10.00"],
      ])
    #expect(billed.documents[0].lines[1].pendingItem == ID(1))
  }

  @Test(
    "a pending item that nothing takes along makes an invoice of its own after 31 days",
    arguments: [("2026-05-02", 0), ("2026-05-01", 1)])
  func pendingAlone(addedOn: String, documents: Int) throws {
    let account = AccountSnapshot(
      payer: .plain(), subscriptions: [],
      pendingItems: [
        .of("3.00", id: 1, addedOn: .on(addedOn)), .of("1.00", id: 2, addedOn: .on("2026-06-01")),
      ])
    let billed = try Books().bill(account, asOf: .on("2026-06-01"))
    #expect(billed.documents.count == documents)
    #expect(billed.documents.flatMap(\.lines).count == documents * 2)
    #expect(billed.result.nothingDue == (documents == 0 ? .notDue : nil))
  }

  @Test("a negative total becomes a credit note with every sign flipped, without due date")
  func creditNote() throws {
    var books = Books()
    books.plans = [.of("custom", .custom)]
    books.taxRates = [.percent("vat", "20", inclusive: true), .percent("local", "10")]
    let account = AccountSnapshot(
      payer: .plain(taxes: [0, 1], terms: "2% 10 NET 30"),
      subscriptions: [
        subscription([
          .init(slot: 0, plan: 0, quantity: .number("2"), amount: .number("3.00")),
          .init(slot: 1, plan: 0, amount: .number("-18.00")),
        ])
      ])
    let draft = try #require(try books.bill(account, asOf: .on("2026-06-01")).documents.first)
    #expect(draft.kind == .creditNote)
    #expect(draft.lines.map(\.quantity) == [.number("-2"), .number("1")])
    #expect(draft.lines.map(\.unitCost) == [.number("3"), .number("18")])
    #expect(draft.lines.map(\.amount) == [.of("-6.00"), .of("18.00")])
    #expect(draft.lines.map(\.net) == [.of("-5.00"), .of("15.00")])
    #expect(draft.taxes.map(\.amount) == [.of("2.00"), .of("1.00")])
    #expect(draft.taxes.map(\.base) == [.of("10.00"), .of("10.00")])
    #expect(draft.tax == .of("1.00"))
    #expect(draft.total == .of("13.00"))
    #expect(draft.dueDate == nil && draft.earlyDiscount == nil)
  }

  /// Lines of a subscription whose seller suppresses zero invoices, and whether there is one.
  @Test(
    "a total of zero is suppressed with a reason where the seller says so",
    arguments: [
      (["0"], false, 0), (["5", "-5"], false, 0), (["0"], true, 1), (["5"], false, 1),
    ])
  func zero(amounts: [String], pending: Bool, documents: Int) throws {
    var books = Books()
    books.plans = [.of("custom", .custom)]
    let account = AccountSnapshot(
      payer: .plain(),
      subscriptions: [
        subscription(
          amounts.enumerated().map {
            .init(slot: Int16($0), plan: 0, amount: .number($1))
          })
      ], pendingItems: pending ? [.of("0")] : [])
    books.seller = Seller(id: ID(1), currency: .usd, zeroInvoices: .suppress)
    let billed = try books.bill(account, asOf: .on("2026-06-01"))
    #expect(billed.documents.count == documents)
    #expect(billed.result.reasoned.count == (documents == 0 ? amounts.count : 0))
    #expect(billed.result.reasoned.allSatisfy { $0.reason == .zero })
    #expect(billed.result.nothingDue == (documents == 0 ? .zero : nil))
    books.seller = Seller(id: ID(1), currency: .usd)
    #expect(try books.bill(account, asOf: .on("2026-06-01")).documents.count == 1)
  }

  @Test("what a coupon takes off whole is suppressed too, but not what goodwill was used for")
  func zeroByDiscount() throws {
    var books = Books()
    books.seller = Seller(id: ID(1), currency: .usd, zeroInvoices: .suppress)
    books.coupons = [Coupon(id: ID(0), code: "free", value: .percent(.one), durationCycles: 3)]
    let free = subscription(discounts: [.init(coupon: 0)])
    let billed = try books.bill(free, asOf: .on("2026-06-01"))
    #expect(billed.documents.isEmpty)
    #expect(billed.result.couponCycles.map(\.cycles) == [1])
    let account = AccountSnapshot(
      payer: .plain(), subscriptions: [subscription()],
      credits: [Credit(id: ID(5), kind: .goodwill, open: .of("20.00"))])
    #expect(try books.bill(account, asOf: .on("2026-06-01")).documents.count == 1)
  }

  @Test("a zero total with tax in it is issued even where zero is suppressed")
  func zeroWithTax() throws {
    var books = Books()
    books.seller = Seller(id: ID(1), currency: .usd, zeroInvoices: .suppress)
    books.plans = [.of("custom", .custom), .of("untaxed", .custom, taxable: false)]
    books.taxRates = [.percent("vat", "20")]
    let account = AccountSnapshot(
      payer: .plain(taxes: [0]),
      subscriptions: [
        subscription([
          .init(slot: 0, plan: 0, amount: .number("10")),
          .init(slot: 1, plan: 1, amount: .number("-12")),
        ])
      ])
    #expect(try books.bill(account, asOf: .on("2026-06-01")).documents.map(\.tax) == [.of("2.00")])
  }

  @Test(
    "the tax point decides which day's rate counts",
    arguments: [
      (Seller.TaxPoint.periodEnd, "2026-06-30"), (.invoiceDate, "2026-06-20"),
      (.periodStart, "2026-06-01"),
    ])
  func taxPoint(point: Seller.TaxPoint, day: String) throws {
    var books = Books()
    books.seller = Seller(id: ID(1), currency: .usd, taxPoint: point)
    let account = AccountSnapshot(
      payer: .plain(), subscriptions: [subscription()], pendingItems: [.of("1")])
    let draft = try #require(
      try books.bill(account, asOf: .on("2026-06-10"), invoiceDate: .on("2026-06-20"))
        .documents.first)
    #expect(draft.lines.map(\.taxDate) == [.on(day), .on("2026-06-20")])
  }

  @Test("the account's own faults hold it, each with its code")
  func holds() {
    let books = Books()
    #expect(throws: Issue.operatorHold("legal")) {
      try books.bill(
        AccountSnapshot(payer: .plain(), subscriptions: [], operatorHold: "legal"),
        asOf: .on("2026-06-01"))
    }
    #expect(throws: Issue.paymentTermsUnknown("whenever")) {
      try books.bill(
        subscription(), asOf: .on("2026-06-01"), customer: .plain(terms: "whenever"))
    }
    var mixed = books
    mixed.plans.append(.monthly("eu", "1.00", currency: .eur))
    #expect(throws: Issue.currencyMismatch(what: "plan eu is in eur", ID(1))) {
      try mixed.bill(
        subscription([.init(slot: 0, plan: 0), .init(slot: 1, plan: 1)]), asOf: .on("2026-06-01"))
    }
    let absurd = subscription([
      .init(slot: 0, plan: 0, quantity: .number("1000000000000000000000"))
    ])
    #expect(throws: Issue.amountOverflow) { try books.bill(absurd, asOf: .on("2026-06-01")) }
  }

  @Test("terms are looked at only where something is billed")
  func termsOnlyWhenBilled() throws {
    let billed = try Books().bill(
      subscription(), asOf: .on("2026-05-01"), customer: .plain(terms: "whenever"))
    #expect(billed.result.nothingDue == .notDue)
  }

  @Test("why nothing was billed is said")
  func nothingDue() throws {
    let books = Books()
    func reason(_ subscription: Subscription) throws -> AccountResult.NothingDue? {
      try books.bill(subscription, asOf: .on("2026-06-10")).result.nothingDue
    }
    #expect(try reason(subscription(start: "2026-07-01")) == .notDue)
    #expect(
      try reason(
        Subscription(
          id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-06-01"),
          trialEnd: .on("2026-07-01"))) == .trial)
    #expect(
      try reason(
        Subscription(
          id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-06-01"), paused: true))
        == .paused)
    #expect(
      try reason(
        Subscription(
          id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-05-01"),
          migratedThrough: .on("2026-07-01"))) == .migrated)
    #expect(
      try reason(
        Subscription(
          id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"),
          canceledAt: .on("2026-02-01"), coverage: .through(.on("2026-02-01")))) == .finished)
  }

  @Test("the same snapshot gives the same documents, also after another account")
  func pure() throws {
    let books = Books()
    let account = AccountSnapshot(
      payer: .plain(), subscriptions: [subscription(start: "2026-01-31")])
    var builder = InvoiceBuilder(
      catalog: Catalog(plans: books.plans), seller: books.seller,
      terms: BillingTerms(asOf: .on("2026-06-01"), invoiceDate: .on("2026-06-01")))
    var runs: [[String]] = []
    for _ in 0..<2 {
      var summary: [String] = []
      _ = try builder.build(account) { summary += $0.summary }
      runs.append(summary)
      _ = try? builder.build(
        AccountSnapshot(payer: .plain(), subscriptions: [subscription(start: "2025-01-01")])
      ) { _ in }
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0].count == 5)
  }
}
