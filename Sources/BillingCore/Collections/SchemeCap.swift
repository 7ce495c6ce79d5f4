// SPDX-License-Identifier: Apache-2.0

/// How often a card scheme lets a source be charged the same amount, over all invoices and above
/// any policy; manual and technical tries count (RULES 4).
public enum SchemeCap: String, Hashable, Sendable {
  /// 15 in 30 days.
  case visa
  /// 10 in 24 hours, 35 in 30 days.
  case mastercard
  /// Those of all schemes: nobody has said which the card is of.
  case unknown

  /// The scheme of a card's brand as gateways spell it, nil where none is known to count; a card
  /// without a brand has the caps of all.
  public init?(brand: String?) {
    let letters = brand?.lowercased().filter(\.isLetter) ?? ""
    guard let cap = SchemeCap(rawValue: letters.isEmpty ? "unknown" : letters) else { return nil }
    self = cap
  }

  /// How many tries in how many seconds.
  private var limits: [(tries: Int, seconds: Int64)] {
    switch self {
    case .visa: [(15, 30 * Self.day)]
    case .mastercard: [(10, Self.day), (35, 30 * Self.day)]
    case .unknown: SchemeCap.visa.limits + SchemeCap.mastercard.limits
    }
  }

  private static let day: Int64 = 86_400

  /// The longest time that a limit looks back, in days.
  public static let longestDays = 30

  /// The first moment from which on another try is allowed, in UNIX seconds; nil for now.
  ///
  /// `tries` are the moments of earlier ones of the same source and amount.
  public func opens(after tries: [Int64], now: Int64) -> Int64? {
    let newest = tries.sorted(by: >)
    return limits.compactMap { limit -> Int64? in
      if newest.count < limit.tries { return nil }
      let free = newest[limit.tries - 1] + limit.seconds
      return free > now ? free : nil
    }.max()
  }
}
