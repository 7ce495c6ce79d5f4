// SPDX-License-Identifier: Apache-2.0

/// Why a document comes to what it does: its parts in order, each with what it was made from and
/// every computation, made again.
public struct Explanation: Sendable {
  /// Lines, then discounts, taxes and totals.
  public let parts: [Part]

  /// How many steps come to something else than what is stored.
  public var mismatches: Int { parts.reduce(0) { $0 + $1.steps.count(where: \.isMismatch) } }

  /// A line, a discount, a tax group, or the totals.
  public struct Part: Sendable {
    /// What it is.
    public let kind: Kind
    /// The number of the line, discount or tax; nil for the totals.
    public let number: Int?
    /// What it was made from.
    public let facts: [Fact]
    /// What was computed, in order.
    public let steps: [Step]
  }

  /// What a part is.
  public enum Kind: String, Sendable {
    /// A line.
    case line
    /// A discount.
    case discount
    /// A tax group.
    case tax
    /// Sums, credit and terms.
    case totals
  }

  /// Something that is given.
  public struct Fact: Hashable, Sendable {
    /// What, in one or two words.
    public let label: String
    /// The text for people; days that end something are last days.
    public let text: String

    init(_ label: String, _ text: String) {
      self.label = label
      self.text = text
    }
  }

  /// One computation.
  public struct Step: Hashable, Sendable {
    /// What comes out, in one or two words.
    public let label: String
    /// By which rule.
    public let rule: BillingRule
    /// The computation with its figures: `60 × 1 × 16/31`.
    public let formula: String
    /// The value before it was rounded, `30.967741935…`; nil where nothing was rounded.
    public let exact: String?
    /// How it was rounded, nil where it was not.
    public let rounding: String?
    /// What it comes to.
    public let result: Value
    /// What the document says, nil for a step on the way.
    public let stored: Value?

    /// Whether the document says something else.
    public var isMismatch: Bool { stored.map { $0 != result } ?? false }
  }

  /// What a step comes to.
  public enum Value: Hashable, Sendable {
    /// An amount of the document's currency.
    case money(Money)
    /// A quantity or a unit cost in major units.
    case number(ExactDecimal)
    /// A day; nil for none.
    case day(LocalDate?)
  }
}

extension Explanation.Value: CustomStringConvertible {
  /// The amount without its currency, the number, or the day.
  public var description: String {
    switch self {
    case .money(let money): money.majorText
    case .number(let number): number.description
    case .day(let day): day?.description ?? "none"
    }
  }
}

extension RoundingMode {
  /// The name for people: `half up`.
  var words: String { rawValue.split(separator: "_").joined(separator: " ") }
}
