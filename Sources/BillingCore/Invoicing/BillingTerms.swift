// SPDX-License-Identifier: Apache-2.0

/// The frozen options of a run that figures depend on.
public struct BillingTerms: Hashable, Sendable {
  /// Everything due up to this day, inclusive, is billed (RULES 5, due).
  public let asOf: LocalDate
  /// The date that all invoices of the run carry.
  public let invoiceDate: LocalDate
  /// Which of the periods that are due are billed, and how.
  public let catchUp: CatchUp
  /// What fell due by this day stands on documents of its own, as if a run had billed it then.
  ///
  /// Nil for no such run; only a simulation has one.
  public let earlierRun: LocalDate?

  /// Creates the options.
  public init(
    asOf: LocalDate, invoiceDate: LocalDate, catchUp: CatchUp = CatchUp(),
    earlierRun: LocalDate? = nil
  ) {
    self.asOf = asOf
    self.invoiceDate = invoiceDate
    self.catchUp = catchUp
    self.earlierRun = earlierRun
  }

  /// More lines than this on one document hold the account.
  public static let maxLinesPerInvoice = 100_000
  /// More lines than this on all its documents of a run hold the account.
  public static let maxLinesPerAccount = 1_000_000
  /// Days after which a pending item makes an invoice of its own (RULES 5, pending items).
  public static let pendingItemMaxDays = 31
  /// A change that would credit days further back holds the account (RULES 5, backdated).
  public static let maxBackdateDays = 90
}
