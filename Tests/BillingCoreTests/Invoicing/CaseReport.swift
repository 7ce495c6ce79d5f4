// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// What an example comes to, as text.
struct CaseReport {
  private let file: CaseFile
  private let account: AccountSnapshot
  private(set) var text = ""

  init(_ file: CaseFile) {
    self.file = file
    account = file.account
    do {
      let billed = try Self.bill(file, account)
      for draft in billed.documents {
        if billed.documents.count > 1 || draft.kind == .creditNote { addHead(of: draft) }
        add(draft)
      }
      for reasoned in billed.result.reasoned {
        let subscription = account.subscriptions.first { $0.id == reasoned.subscription }
        let charge = subscription?.charges.first { $0.slot == reasoned.slot }
        add("free", name(ofPlan: charge?.plan), "\(reasoned.span)", reasoned.reason.rawValue)
      }
      if let reason = billed.result.nothingDue { add("nothing", "\(reason.rawValue)") }
    } catch {
      let issue = error as? BillingCore.Issue
      add("held", issue?.code ?? "\(error)", issue?.message)
    }
  }

  /// Bills the account, after the runs before.
  private static func bill(_ file: CaseFile, _ account: AccountSnapshot) throws -> Books.Billed {
    if file.earlier.isEmpty {
      return try file.books.bill(account, asOf: file.asOf, invoiceDate: file.invoiceDate)
    }
    var ledger = file.ledger
    for day in file.earlier { try ledger.run(on: day) }
    return try ledger.run(on: file.asOf, invoiceDate: file.invoiceDate)
  }

  private mutating func add(_ keyword: String, _ phrases: String?...) {
    let padding = String(repeating: " ", count: max(1, 11 - keyword.count))
    text += keyword + padding + phrases.compactMap { $0 }.joined(separator: "  ") + "\n"
  }

  private mutating func addHead(of draft: InvoiceDraft) {
    text += draft.kind == .invoice ? "invoice" : "credit note"
    text += draft.isMissed ? "    missed\n" : "\n"
  }

  private mutating func add(_ draft: InvoiceDraft) {
    for line in draft.lines {
      let count = "\(line.quantity) x \(line.unitCost)"
      add(
        "line", line.name ?? name(ofPlan: line.plan), line.period?.description,
        line.quantity == .one ? nil : count, line.amount.majorText,
        line.basis?.phrase, line.isLateUsage ? "late: less what was billed" : nil,
        line.wholePeriod.map { whole in
          "\(line.period?.days ?? 0) of \(whole.days) days of \(whole)"
        }, line.discount.isZero ? nil : "discount \(line.discount.majorText)",
        draft.taxes.contains(where: \.isInclusive) ? "net \(line.net.majorText)" : nil)
    }
    for tax in draft.taxes { add("tax", name(of: tax), figures(of: tax)) }
    add("total", draft.total.majorText)
    if !draft.rounding.isZero { add("rounding", draft.rounding.majorText) }
    for use in draft.creditsApplied { add("credit", use.amount.majorText, kind(of: use)) }
    if let day = draft.dueDate { add("due", day.description) }
    if let early = draft.earlyDiscount {
      add("early", early.amount.majorText, "until \(early.until)")
    }
  }

  private func name(ofPlan plan: Int?) -> String? { plan.map { file.books.plans[$0].code } }

  private func name(of tax: TaxDraft) -> String {
    if let rate = tax.rate { return file.books.taxRates[rate].code }
    switch tax.category {
    case .standard: return "no rate"
    case .exempt: return "exempt"
    default: return tax.category.rawValue
    }
  }

  private func kind(of use: CreditUse) -> String {
    use.kind.rawValue.replacing("_", with: " ")
  }

  private func figures(of tax: TaxDraft) -> String {
    let included = tax.isInclusive ? "  included" : ""
    let sum = "of \(tax.base.majorText) = \(tax.amount.majorText)\(included)"
    guard let rate = tax.rate else { return tax.reason.map { "\($0): \(sum)" } ?? sum }
    switch file.books.taxRates[rate].versions[tax.version].value {
    case .percent(let percent, _): return "\(percent)% \(sum)"
    case .fixed(let money): return "\(money.majorText) a line \(sum)"
    }
  }
}

extension PriceBasis {
  /// What a line was priced from, in words.
  fileprivate var phrase: String? {
    switch self {
    case .late, .credit, .givenCredit: nil
    case .minimum(let amount): "up to the minimum \(amount)"
    case .quantity(let quantity, let rule):
      [rule.phrase(quantity.total), quantity.phrase].compactMap { $0 }.joined(separator: "  ")
    }
  }
}

extension PriceBasis.Quantity {
  fileprivate var phrase: String? {
    let product = factors.map { "for \($0.quantity) x \($0.price)" }
    let rest = included.isZero ? nil : "\(included) of \(total) included"
    let phrases = [rest, product].compactMap { $0 }
    return phrases.isEmpty ? nil : phrases.joined(separator: "  ")
  }
}

extension PriceBasis.Rule {
  fileprivate func phrase(_ total: ExactDecimal) -> String? {
    switch self {
    case .plain: nil
    case .tier(_, let bounds): bounds.phrase
    case .tierFee(_, let bounds): "flat  \(bounds.phrase)"
    case .packages(let size): "\(total) in packages of \(size)"
    case .percent(let percent): "\(percent)% of \(total)"
    }
  }
}

extension PriceTiers.Bounds {
  fileprivate var phrase: String {
    "tier" + (above.isZero ? "" : " above \(above)") + (upTo.map { " to \($0)" } ?? "")
  }
}
