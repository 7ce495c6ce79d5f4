// SPDX-License-Identifier: Apache-2.0

/// Terms of payment as customers write them: `NET 30`, `AutoPay`, `due on receipt`, `EOM`, `NET 10
/// EOM`, `2% 10 NET 30`.
public struct PaymentTerms: Hashable, Sendable {
  /// When to pay.
  public let due: Due
  /// Less to pay for paying soon; nil for none.
  public let early: Early?

  /// A discount for paying early.
  public struct Early: Hashable, Sendable {
    /// The share of the total.
    public let percent: Ratio
    /// Days from the invoice date.
    public let days: Int
  }

  /// When an invoice is due.
  public enum Due: Hashable, Sendable {
    /// A number of days after the invoice date; zero for due on receipt.
    case days(Int)
    /// A number of days after the end of the invoice date's month.
    case endOfMonth(Int)
    /// Charged automatically: no due date.
    case autopay
  }

  /// Reads terms, upper or lower case; nil for what nobody defined (RULES 1.13).
  public init?(_ text: some StringProtocol) {
    let words = text.uppercased().split(separator: " ").map(String.init)
    switch words {
    case ["AUTOPAY"], ["AUTO", "PAY"]: self.init(due: .autopay, early: nil)
    case ["DUE", "ON", "RECEIPT"]: self.init(due: .days(0), early: nil)
    case ["EOM"], ["END", "OF", "MONTH"], ["NET", "EOM"]: self.init(due: .endOfMonth(0), early: nil)
    default:
      var rest = words[...]
      var early: Early?
      if let first = rest.first, first.hasSuffix("%"), rest.count > 2,
        let rate = ExactDecimal(String(first.dropLast())), let percent = Ratio(percent: rate),
        !rate.isNegative, rate <= ExactDecimal(100), let days = Int(rest[rest.startIndex + 1]),
        (0...365).contains(days)
      {
        early = Early(percent: percent, days: days)
        rest = rest.dropFirst(2)
      }
      guard rest.first == "NET", rest.count <= 3, let second = rest.dropFirst().first,
        let days = Int(second), (0...3650).contains(days)
      else { return nil }
      let last = rest.dropFirst(2).first
      guard last == nil || last == "EOM" else { return nil }
      self.init(due: last == nil ? .days(days) : .endOfMonth(days), early: early)
    }
  }

  private init(due: Due, early: Early?) {
    self.due = due
    self.early = early
  }

  /// The last day to pay an invoice of a date; nil for AutoPay.
  public func dueDate(from date: LocalDate) -> LocalDate? {
    switch due {
    case .days(let days): date.adding(days: days)
    case .endOfMonth(let days): date.adding(months: 0, anchorDay: 31).adding(days: days)
    case .autopay: nil
    }
  }

  /// What they take off an invoice of a date and total for early payment, rounded once (RULES
  /// 1.13); nil for terms without.
  public func earlyDiscount(
    of total: Money, from date: LocalDate, rounding: RoundingMode
  ) throws(MoneyError) -> EarlyDiscount? {
    guard let early else { return nil }
    return EarlyDiscount(
      until: date.adding(days: early.days),
      amount: try total.scaled(by: early.percent, rounding: rounding))
  }
}
