// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Adds up what a batch books, by account, plan, item and tax rate: one balanced entry a currency
/// (RULES 7, post).
struct JournalSums {
  private let catalog: Catalog
  private let recognition: RevenueRecognition
  private let invoiceDate: LocalDate
  private var sums: [Key: Int64] = [:]
  /// The revenue of plans, apart because every line books to it: by plan, deferred or not.
  private var planRevenue: [Int64]

  private struct Key: Hashable {
    let currency: Currency
    let account: Account
    let plan: Int
    let item: Int64?
    let tax: Int64?
  }

  /// The accounts that a posting touches, debit positive.
  private enum Account: String {
    case receivable = "1200"
    case customerMoney = "2100"
    case openCreditNotes = "2110"
    case taxPayable = "2200"
    case deferredRevenue = "2300"
    case revenue = "4000"
    case rounding = "6300"
  }

  init(catalog: Catalog, seller: SellerRecord, invoiceDate: LocalDate) {
    self.catalog = catalog
    self.invoiceDate = invoiceDate
    recognition = RevenueRecognition(
      of: seller.seller, invoiceDate: invoiceDate, recognisedThrough: seller.recognisedThrough)
    planRevenue = [Int64](repeating: 0, count: catalog.plans.count * 2)
  }

  /// Books a posted document: receivable against revenue, tax and the credit that pays it.
  mutating func add(_ draft: InvoiceDraft) throws(MoneyError) {
    let sign: Int64 = draft.kind == .invoice ? 1 : -1
    let currency = draft.currency
    let isInvoice = draft.kind == .invoice
    let owed = try draft.total.adding(draft.rounding).minor
    try add(owed * sign, to: isInvoice ? .receivable : .openCreditNotes, currency)
    if !draft.rounding.isZero { try add(-draft.rounding.minor * sign, to: .rounding, currency) }
    for line in draft.lines {
      let deferred = try recognition.deferred(of: line).minor
      try addRevenue(-(line.net.minor - deferred) * sign, of: line, isDeferred: false, currency)
      try addRevenue(-deferred * sign, of: line, isDeferred: true, currency)
    }
    for tax in draft.taxes where !tax.amount.isZero {
      try add(
        -tax.amount.minor * sign, to: .taxPayable, currency,
        tax: tax.rate.map { catalog.taxRates[$0].versions[tax.version].id.rawValue })
    }
    for use in draft.creditsApplied {
      try add(
        use.amount.minor, to: use.kind == .money ? .customerMoney : .openCreditNotes, currency)
      try add(-use.amount.minor, to: .receivable, currency)
    }
  }

  private mutating func addRevenue(
    _ amount: Int64, of line: LineDraft, isDeferred: Bool, _ currency: Currency
  ) throws(MoneyError) {
    if amount == 0 { return }
    guard let plan = line.plan else {
      let account = isDeferred ? Account.deferredRevenue : .revenue
      return try add(amount, to: account, currency, item: line.item?.rawValue)
    }
    let slot = plan * 2 + (isDeferred ? 1 : 0)
    let (sum, overflow) = planRevenue[slot].addingReportingOverflow(amount)
    if overflow { throw .overflow }
    planRevenue[slot] = sum
  }

  private mutating func add(
    _ amount: Int64, to account: Account, _ currency: Currency, plan: Int = -1, item: Int64? = nil,
    tax: Int64? = nil
  ) throws(MoneyError) {
    let key = Key(currency: currency, account: account, plan: plan, item: item, tax: tax)
    let (sum, overflow) = sums[key, default: 0].addingReportingOverflow(amount)
    if overflow { throw .overflow }
    sums[key] = sum
  }

  /// Writes the entries of the batch and begins anew.
  mutating func write(
    seller: Int64, run: Int64, batch: Int32, on connection: isolated Connection
  ) throws {
    for plan in catalog.plans.indices {
      for (slot, account) in [(plan * 2, Account.revenue), (plan * 2 + 1, .deferredRevenue)]
      where planRevenue[slot] != 0 {
        try add(planRevenue[slot], to: account, catalog.plans[plan].currency, plan: plan)
        planRevenue[slot] = 0
      }
    }
    let lines = sums.filter { $0.value != 0 }
    for currency in Set(lines.keys.map(\.currency)).sorted(by: { $0.code < $1.code }) {
      let entry = lines.filter { $0.key.currency == currency }
        .sorted { ($0.key.account.rawValue, $0.key.plan) < ($1.key.account.rawValue, $1.key.plan) }
      try connection.execute(
        Statement(SQLFiles.writeJournal),
        [
          .int64(seller), .string("post"), .day(invoiceDate), .string(currency.code), .int64(run),
          .int32(batch), .stringArray(entry.map { $0.key.account.rawValue }),
          .int64Array(entry.map(\.value)),
          .int64Array(entry.map { $0.key.plan < 0 ? nil : catalog.plans[$0.key.plan].id.rawValue }),
          .int64Array(entry.map { $0.key.item }), .int64Array(entry.map { $0.key.tax }),
        ])
    }
    sums.removeAll(keepingCapacity: true)
  }

  /// Forgets what a batch that failed has added.
  mutating func reset() {
    sums.removeAll(keepingCapacity: true)
    for slot in planRevenue.indices { planRevenue[slot] = 0 }
  }
}
