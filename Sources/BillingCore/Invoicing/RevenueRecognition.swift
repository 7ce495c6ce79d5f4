// SPDX-License-Identifier: Apache-2.0

/// Splits the net of a posted line into what is revenue at once and what is deferred (RULES 7).
///
/// A line whose period ends after the invoice date is deferred; closing the books recognises it by
/// day. Days that the books have recognised already are revenue at once: those that a credit line
/// gives back, and those of a document dated on or before the day the books are recognised through.
public struct RevenueRecognition: Sendable {
  private let defersRevenue: Bool
  private let invoiceDate: LocalDate
  private let recognisedThrough: LocalDate?
  private let rounding: RoundingMode

  /// Makes the rule for the documents of a seller and day.
  ///
  /// `recognisedThrough` is the last day up to which the seller's deferred revenue is recognised,
  /// nil when none of it is.
  public init(of seller: Seller, invoiceDate: LocalDate, recognisedThrough: LocalDate?) {
    defersRevenue = seller.defersRevenue
    rounding = seller.rounding
    self.invoiceDate = invoiceDate
    self.recognisedThrough = recognisedThrough
  }

  /// How much of a line's net is deferred when its document is posted; throws when it does not fit.
  public func deferred(of line: LineDraft) throws(MoneyError) -> Money {
    try deferred(line.net, over: line.period, isCredit: line.kind == .credit)
  }

  /// The same for a line of a net and period that credits another line, or not.
  public func deferred(
    _ net: Money, over period: Period?, isCredit: Bool
  ) throws(MoneyError) -> Money {
    guard defersRevenue, let period, period.end > invoiceDate else { return .zero(net.currency) }
    guard let through = recognisedThrough, isCredit || invoiceDate <= through else { return net }
    return try net.subtracting(recognised(net, over: period, through: through))
  }

  /// How much of a net is recognised by the end of a day: the days of its period so far, rounded
  /// once, and at the end all that is left (RULES 0.4).
  func recognised(
    _ net: Money, over period: Period, through day: LocalDate
  ) throws(MoneyError) -> Money {
    if day < period.start { return .zero(net.currency) }
    guard day < period.lastDay, let share = Ratio(Int64(day - period.start + 1), Int64(period.days))
    else { return net }
    return try net.scaled(by: share, rounding: rounding)
  }
}
