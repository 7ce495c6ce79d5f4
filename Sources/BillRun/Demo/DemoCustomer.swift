// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// One invented customer of the demo with its subscriptions, drawn from a seed.
struct DemoCustomer {
  private let id: Int
  private let seller: DemoSeller
  private var random: SplitMix64

  /// Draws customer number `id`, from 1, of a seed.
  init(id: Int, seed: UInt64) {
    self.id = id
    // A generator of its own: a customer is the same however many there are.
    random = SplitMix64(seed: seed &* 0x2545_F491_4F6C_DD1D &+ UInt64(id))
    var draw = random.below(1000)
    seller =
      DemoSeller.all.first { candidate in
        defer { draw -= candidate.share }
        return draw < candidate.share
      } ?? DemoSeller.all[0]
  }

  /// Writes the customer and its subscriptions, one object a line.
  mutating func write(to writer: inout JSONWriter) {
    let trouble = random.isTrue(perMille: 2) ? random.pick(Trouble.allCases) : nil
    DemoCatalog.line(to: &writer) { writeCustomer(trouble, to: &$0) }
    let count = random.isTrue(perMille: 100) ? 2 : 1
    for index in 0..<count {
      DemoCatalog.line(to: &writer) {
        writeSubscription(id: 2 * id - 1 + index, index == 0 ? trouble : nil, to: &$0)
      }
    }
  }

  /// What is wrong with a customer on purpose: it can be imported, but a run holds it.
  private enum Trouble: CaseIterable {
    /// Its plan has no price yet: `price_missing`.
    case plan
    /// Its tax has no rate yet: `tax_rate_missing`.
    case tax
    /// Its amount fits no account: `amount_overflow`.
    case quantity
  }

  private mutating func writeCustomer(_ trouble: Trouble?, to writer: inout JSONWriter) {
    let isCompany = random.isTrue(perMille: 700)
    let name =
      "\(random.pick(Self.firstWords)) \(random.pick(isCompany ? Self.trades : Self.families))"
    let place = random.pick(seller.places)
    let autopay = random.isTrue(perMille: 450)
    writer.field("object", "customer")
    writer.field("id", id)
    writer.field("seller", seller.id)
    writer.field("number", "C-\(id)")
    writer.field("name", name)
    writer.field("email", "customer\(id)@example.com")
    writer.field("type", isCompany ? "company" : "person")
    writer.field("address1", "\(1 + random.below(200)) \(random.pick(Self.firstWords)) Street")
    writer.field("city", place.city)
    writer.field("state", place.state)
    writer.field("country", seller.country)
    writer.field("currency", seller.currency)
    writer.field("autopay", autopay)
    writer.field("payment_terms", autopay ? "AutoPay" : random.pick(Self.terms))
    let taxes = trouble == .tax ? [DemoCatalog.farTaxRate] : random.pick(seller.taxes)
    writer.field("taxes", array: { list in taxes.forEach { list.string($0) } })
    if autopay { writePaymentSource(of: id, to: &writer) }
    if random.isTrue(perMille: 30) {
      writer.field("credit_balance", (1 + random.below(40)) * seller.unit)
    }
    writer.field("metadata", object: { $0.field("segment", isCompany ? "business" : "home") })
  }

  private mutating func writePaymentSource(of id: Int, to writer: inout JSONWriter) {
    let isCard = random.isTrue(perMille: 800)
    let token = random.isTrue(perMille: 880) ? "approve" : random.pick(Self.tokens)
    let last4 = 1000 + random.below(9000)
    writer.field(
      "payment_source",
      object: {
        $0.field("object", isCard ? "card" : "bank_account")
        $0.field("gateway", "simulated")
        // Nobody's source is another one's.
        $0.field("token", "\(token)#\(id)")
        $0.field("last4", "\(last4)")
      })
  }

  private mutating func writeSubscription(
    id: Int, _ trouble: Trouble?, to writer: inout JSONWriter
  ) {
    let drawn = random.pick(DemoCatalog.plans)
    let plan =
      switch trouble {
      case .plan: DemoCatalog.farPlan
      // Only an expensive plan makes the amount too large.
      case .quantity: DemoCatalog.dearestPlan
      default: drawn
      }
    let time = drawTime(interval: plan.interval)
    writer.field("object", "subscription")
    writer.field("id", id)
    writer.field("customer", self.id)
    writer.field("plan", "\(seller.id)-\(plan.suffix)")
    writer.field("start_date", time.start.description)
    if let anchor = time.anchor { writer.field("anchor_day", anchor) }
    if let through = time.billedThrough { writer.field("billed_through", through.description) }
    if trouble == .quantity {
      writer.field("quantity", 999_999_999_999_999)
    } else {
      writer.field("quantity", 1 + (random.isTrue(perMille: 300) ? random.below(24) : 0))
    }
    if plan.price == nil {
      writer.field("amount", (20 + random.below(480)) * seller.unit)
    }
    writeAddons(interval: plan.interval, to: &writer)
    if random.isTrue(perMille: 150) {
      let coupon = random.pick(["tenth", "welcome", "five"])
      writer.field("discounts", array: { $0.string("\(seller.id)-\(coupon)") })
    }
    writeTerms(time, to: &writer)
  }

  private mutating func writeAddons(interval: String, to writer: inout JSONWriter) {
    let fitting = DemoCatalog.addons.filter { $0.interval == interval }
    let count = min(random.below(3), fitting.count)
    guard count > 0 else { return }
    let first = random.below(fitting.count)
    let quantity = 1 + random.below(4)
    writer.field("addons", objects: 0..<count) { object, index in
      object.field("plan", "\(seller.id)-\(fitting[(first + index) % fitting.count].suffix)")
      object.field("quantity", quantity)
    }
  }

  private mutating func writeTerms(_ time: Time, to writer: inout JSONWriter) {
    let end = Self.firstDay.adding(days: 30 + random.below(60))
    if time.billedThrough == nil && random.isTrue(perMille: 80) {
      writer.field("trial_end", time.start.adding(days: 14).description)
    } else if random.isTrue(perMille: 60) && end >= time.start {
      writer.field("canceled_at", end.description)
    }
    if random.isTrue(perMille: 50) { writer.field("bill_in", "arrears") }
    if random.isTrue(perMille: 10) { writer.field("paused", true) }
  }

  /// When a subscription starts, and up to where another system has billed it.
  private struct Time {
    let start: LocalDate
    var anchor: Int?
    var billedThrough: LocalDate?
  }

  /// Half of them start in the demo's three months, the others earlier; month ends are frequent.
  private mutating func drawTime(interval: String) -> Time {
    if random.isTrue(perMille: 500) {
      return Time(start: Self.firstDay.adding(days: random.below(90)))
    }
    switch interval {
    case "week":
      let start = Self.firstDay.adding(days: -7 * (1 + random.below(100)) + random.below(7))
      let weeks = (Self.firstDay.daysSince1970 - start.daysSince1970 + 6) / 7
      return Time(start: start, billedThrough: start.adding(days: Int(weeks) * 7))
    case "year":
      let day = 1 + random.below(28)
      let years = 1 + random.below(4)
      let start = Self.firstDay.adding(months: -12 * years + random.below(12), anchorDay: day)
      return Time(
        start: start, billedThrough: start.adding(months: 12 * years, anchorDay: day))
    default:
      let anchor = random.isTrue(perMille: 200) ? 29 + random.below(3) : 1 + random.below(28)
      let start = Self.firstDay.adding(months: -1 - random.below(36), anchorDay: anchor)
      return Time(
        start: start, anchor: anchor,
        billedThrough: Self.firstDay.adding(months: 0, anchorDay: anchor))
    }
  }

  /// The first day of the three months that the demo bills.
  static let firstDay = LocalDate(year: 2026, month: 9, day: 1) ?? LocalDate(daysSince1970: 0)

  private static let terms = [
    "NET 14", "NET 30", "NET 30", "NET 60", "due on receipt", "EOM", "2% 10 NET 30",
  ]
  private static let tokens = [
    "decline_insufficient_funds", "decline_insufficient_funds", "decline_expired_card",
    "decline_stolen_card", "fail_1_then_approve", "fail_2_then_approve", "timeout_then_approve",
  ]
  private static let firstWords = [
    "Amber", "Birch", "Cedar", "Dune", "Ember", "Fern", "Garnet", "Hazel", "Iris", "Juniper",
    "Lark", "Maple", "Nettle", "Opal", "Poppy", "Quill", "Rowan", "Sorrel", "Thistle", "Willow",
  ]
  private static let trades = [
    "Bakery", "Bicycles", "Bookshop", "Clinic", "Dairy", "Foundry", "Gardens", "Joinery",
    "Looms", "Mills", "Optics", "Press", "Quarry", "Roasters", "Studio", "Tools",
  ]
  private static let families = [
    "Abara", "Brandt", "Castell", "Dorn", "Eklund", "Fukuda", "Grieg", "Haddad", "Ito", "Jansen",
  ]
}
