// SPDX-License-Identifier: Apache-2.0
public import BillingCore

/// Which documents a list shows, in which order; nil means that it doesn't matter.
public struct InvoiceFilter: Hashable, Sendable {
  /// The column that a list is ordered by; documents that are equal in it come by id.
  public enum Sort: String, CaseIterable, Sendable {
    /// The document's id: the order in which they were written.
    case id
    /// The invoice date.
    case date
    /// The due date; without one last.
    case dueDate = "due_date"
    /// The place in the number series; without a number last.
    case number
    /// The name that the document was given; without one last.
    case name
    /// The customer's id.
    case customer
    /// The total, in units of whatever currency.
    case total
    /// The balance, in units of whatever currency.
    case balance
  }

  /// The document's id.
  public var id: Int64?
  /// `invoice` or `credit_note`.
  public var kind: String?
  /// The customer's id.
  public var customer: Int64?
  /// The number.
  public var number: String?
  /// The status by RULES 6.
  public var status: String?
  /// The stored state.
  public var state: String?
  /// The run that made it.
  public var run: Int64?
  /// The first invoice date.
  public var start: LocalDate?
  /// The last invoice date, inclusive.
  public var end: LocalDate?
  /// What the metadata has: by key a text, or a number or truth that is written so.
  public var metadata: [String: String] = [:]
  /// The order.
  public var sort = Sort.id
  /// Whether the order goes down.
  public var isDescending = false
  /// Only documents beyond this one; the order must be that of ids, dates or customers.
  public var after: Int64?
  /// At most so many.
  public var limit: Int64?
  /// How many are passed over first.
  public var offset: Int64?

  /// Every status there is, in the order in which the first match wins (RULES 6).
  public static let statuses = InvoiceStatus.allCases.map(\.rawValue)

  /// Every state that is stored.
  public static let states = InvoicePhase.State.allCases.map(\.rawValue)

  /// Makes the filter that shows everything.
  public init() {}

  /// Makes the filter that shows one document.
  public init(id: Int64) { self.id = id }

  /// The one document that is asked for, by nothing else but its id; nil for any other filter.
  var only: Int64? { id.flatMap { self == InvoiceFilter(id: $0) ? $0 : nil } }
}
