// SPDX-License-Identifier: Apache-2.0

/// A tax by name and jurisdiction, with its values by day.
public struct TaxRate: Sendable {
  /// The key in the database.
  public let id: ID<TaxRate>
  /// The id by which people and files name the rate.
  public let code: String
  /// True when prices contain the tax.
  public let inclusive: Bool
  /// True when the tax is also taken of the taxes before it.
  public let compound: Bool
  /// Where it applies by itself; nil for a rate that only applies where it is named.
  public let rule: Rule?
  /// Its values, the earliest first.
  public let versions: [Version]

  /// The seller's rule: whom and what a rate applies to by itself.
  public struct Rule: Sendable, Hashable {
    /// ISO 3166 code of the customer's country.
    public let country: String
    /// The customer's state, nil for all.
    public let state: String?
    /// What the customer's postal code begins with, nil for all.
    public let postalPrefix: String?
    /// The tax category of what is sold, nil for all.
    public let taxCategory: String?

    /// Creates a rule.
    public init(country: String, state: String?, postalPrefix: String?, taxCategory: String?) {
      self.country = country
      self.state = state
      self.postalPrefix = postalPrefix
      self.taxCategory = taxCategory
    }
  }

  /// The value of a rate on the days from `validFrom` up to `validUntil`, exclusive.
  public struct Version: Sendable, Hashable {
    /// The key in the database.
    public let id: ID<Version>
    /// First day.
    public let validFrom: LocalDate
    /// First day on which it no longer counts.
    public let validUntil: LocalDate
    /// A share of the base, or an amount a line.
    public let value: Value

    /// Creates a version.
    public init(id: ID<Version>, validFrom: LocalDate, validUntil: LocalDate, value: Value) {
      self.id = id
      self.validFrom = validFrom
      self.validUntil = validUntil
      self.value = value
    }
  }

  /// What a tax comes to.
  public enum Value: Sendable, Hashable {
    /// Per cent, and the same as an exact fraction (7.25 % is 29/400).
    case percent(ExactDecimal, Ratio)
    /// A fixed amount, once a line with the line's sign (RULES 1.4).
    case fixed(Money)
  }

  /// Creates a rate; versions may come in any order.
  public init(
    id: ID<TaxRate>, code: String, inclusive: Bool, compound: Bool, rule: Rule?, versions: [Version]
  ) {
    self.id = id
    self.code = code
    self.inclusive = inclusive
    self.compound = compound
    self.rule = rule
    self.versions = versions.sorted { $0.validFrom < $1.validFrom }
  }

  /// The index of the version valid on a tax date (RULES 1.5); nil when none is.
  public func version(on day: LocalDate) -> Int? {
    versions.lastIndex { $0.validFrom <= day && day < $0.validUntil }
  }
}
