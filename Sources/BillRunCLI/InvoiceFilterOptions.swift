// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// The days that a list is of, both inclusive.
struct DayRangeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Only of this day or a later one.", valueName: "day"))
  var startDate: LocalDate?

  @Option(help: ArgumentHelp("Only of this day or an earlier one.", valueName: "day"))
  var endDate: LocalDate?

  /// Whether all days are wanted.
  var isEmpty: Bool { startDate == nil && endDate == nil }
}

/// Which invoices a list shows, or an operation is done with.
struct InvoiceFilterOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Only this customer's: an id or a number.", valueName: "id"))
  var customer: String?

  @Option(help: ArgumentHelp("Only with this number.", valueName: "number"))
  var number: String?

  @Option(help: ArgumentHelp("Only with this status, as past_due.", valueName: "status"))
  var status: String?

  @Option(help: ArgumentHelp("Only in this stored state, as open.", valueName: "state"))
  var state: String?

  @Option(help: ArgumentHelp("Only what this run made.", valueName: "number"))
  var run: Int64?

  @OptionGroup var days: DayRangeOptions

  @Option(help: ArgumentHelp("Only with this metadata, as color=red.", valueName: "key=value"))
  var metadata: [String] = []

  func validate() throws {
    if let status, !InvoiceFilter.statuses.contains(status) {
      throw ValidationError("--status is one of \(InvoiceFilter.statuses.joined(separator: ", "))")
    }
    if let state, !InvoiceFilter.states.contains(state) {
      throw ValidationError("--state is one of \(InvoiceFilter.states.joined(separator: ", "))")
    }
    guard metadata.allSatisfy({ $0.contains("=") }) else {
      throw ValidationError("--metadata is key=value")
    }
  }

  /// The filter, in the order of ids.
  ///
  /// Throws `BillRunError` when there is no such customer or run.
  func filter(on connection: isolated Connection) throws -> InvoiceFilter {
    var filter = InvoiceFilter()
    filter.customer = try customer.map { try CustomerName.id(of: $0, on: connection) }
    if let run { try RunSummary.require(run, on: connection) }
    filter.number = number
    filter.status = status
    filter.state = state
    filter.run = run
    filter.start = days.startDate
    filter.end = days.endDate
    for pair in metadata {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      filter.metadata[String(parts[0])] = String(parts[1])
    }
    return filter
  }

  /// Whether anything is filtered at all.
  var isEmpty: Bool {
    customer == nil && number == nil && status == nil && state == nil && run == nil
      && days.isEmpty && metadata.isEmpty
  }
}
