// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres

/// Lists of documents as a query asks for them.
enum InvoiceListing {
  static func invoices(_ call: Call) async throws -> Answer { try await list("invoice", call) }

  static func creditNotes(_ call: Call) async throws -> Answer {
    try await list("credit_note", call)
  }

  /// Documents of a kind by filter, in pages.
  private static func list(_ kind: String, _ call: Call) async throws -> Answer {
    let page = try ListPage(call.query)
    let expands = try expandsCustomer(call)
    return try await call.read { connection in
      var filter = try filter(of: call, on: connection)
      filter.kind = kind
      if page.cursor != nil, ![.id, .date, .customer].contains(filter.sort) {
        throw APIError.wrong("cursor", "cursor goes with the order of id, date or customer")
      }
      filter.after = page.cursor
      filter.limit = page.size
      filter.offset = page.offset
      let reader = call.reader
      var objects: [String] = []
      try reader.objects(filter, expandingCustomer: expands, on: connection) { objects.append($0) }
      let last = try objects.last.flatMap { try JSONTree($0)["id"]?.plain.flatMap { Int64($0) } }
      return page.answer(
        objects, total: try reader.count(filter, on: connection), lastID: last, of: call)
    }
  }

  /// Whether `expand` asks for the customer.
  static func expandsCustomer(_ call: Call) throws -> Bool {
    let wanted = (call.query["expand"] ?? "").split(separator: ",")
    if let other = wanted.first(where: { $0 != "customer" }) {
      throw APIError.wrong("expand", "only customer can be expanded, not \(other.prefix(50))")
    }
    return !wanted.isEmpty
  }

  private static func filter(
    of call: Call, on connection: isolated Connection
  ) throws -> InvoiceFilter {
    var filter = InvoiceFilter()
    let filters = call.query.within("filter")
    // The two say the same in other words: one of them would be heard.
    for (word, name) in [("draft", "state"), ("paid", "status")]
    where [word, name].allSatisfy({ one in filters.contains { $0.name == one } }) {
      throw APIError.wrong("filter[\(word)]", "\(word) goes without \(name)")
    }
    for (name, value) in filters { try put(name, value, into: &filter, on: connection) }
    filter.metadata = Dictionary(call.query.within("metadata").map { ($0.name, $0.value) }) { $1 }
    filter.start = try day("start_date", call, on: connection)?.first
    filter.end = try day("end_date", call, on: connection)?.last
    (filter.sort, filter.isDescending) = try order(
      call.query["sort"], usual: filter.start == nil && filter.end == nil ? .id : .date)
    return filter
  }

  private static func put(
    _ name: String, _ value: String, into filter: inout InvoiceFilter,
    on connection: isolated Connection
  ) throws {
    func known(_ value: String, _ all: [String]) throws -> String {
      if all.contains(value) { return value }
      throw APIError.wrong("filter[\(name)]", "\(name) is one of \(all.joined(separator: ", "))")
    }
    switch name {
    case "customer":
      filter.customer = try CustomerName.id(of: value, digitsAreID: true, on: connection)
    case "number": filter.number = value
    case "status": filter.status = try known(value, InvoiceFilter.statuses)
    case "state": filter.state = try known(value, InvoiceFilter.states)
    case "draft" where ["true", "1"].contains(value): filter.state = "draft"
    case "paid" where ["true", "1"].contains(value): filter.status = "paid"
    case "run":
      guard let run = Int64(value) else { throw APIError.wrong("filter[run]", "run is an id") }
      filter.run = run
    default:
      throw APIError.wrong(
        "filter[\(name.prefix(50))]",
        "a filter is customer, number, status, state, run, draft=true or paid=true")
    }
  }

  private static func day(
    _ name: String, _ call: Call, on connection: isolated Connection
  ) throws -> (first: LocalDate, last: LocalDate)? {
    guard let text = call.query[name] else { return nil }
    if let day = LocalDate(iso: text) { return (day, day) }
    guard let moment = Int64(text), -62_135_596_800...253_402_300_799 ~= moment else {
      throw APIError.wrong(name, "\(name) is a UNIX timestamp, or a day as 2026-12-31")
    }
    return try InvoiceReader.days(of: moment, on: connection)
  }

  private static func order(
    _ text: String?, usual: InvoiceFilter.Sort
  ) throws -> (InvoiceFilter.Sort, Bool) {
    guard let text else { return (usual, false) }
    let words = text.split(separator: " ")
    guard let name = words.first, let column = InvoiceFilter.Sort(rawValue: String(name)),
      words.count == 1 || words.count == 2 && ["asc", "desc"].contains(words[1].lowercased())
    else {
      let columns = InvoiceFilter.Sort.allCases.map(\.rawValue).joined(separator: ", ")
      throw APIError.wrong("sort", "sort is one of \(columns), then asc or desc")
    }
    return (column, words.last?.lowercased() == "desc")
  }
}
