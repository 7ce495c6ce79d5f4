// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres

/// Bill runs in Zuora's manner.
enum ZuoraBillRuns {
  private static let known: Set = [
    "targetDate", "invoiceDate", "autoPost", "billRunFilters", "name", "batches", "billCycleDay",
  ]

  /// Bills what is due up to `targetDate`, by default today, before it answers.
  ///
  /// With `autoPost` false drafts are written, for a person to post.
  static func create(_ call: Call) async throws -> Answer {
    // Clients send the flags that they know with what they are without them.
    let isUnasked = { (field: JSONTree.Field) in
      field.value == .null || field.value == .bool(field.name.hasPrefix("include"))
    }
    if let other = call.body.fields.first(where: { !known.contains($0.name) && !isUnasked($0) }) {
      throw APIError.wrong(other.name, "a bill run has \(known.sorted().joined(separator: ", "))")
    }
    var options = BillRunOptions(asOf: try day("targetDate", call.body).map { .day($0) } ?? .today)
    options.invoiceDate = try day("invoiceDate", call.body)
    options.writesDrafts = try !truth("autoPost", call.body, usual: true)
    options.gate = call.book.settings.gate
    options.user = call.caller.actor
    let accounts = try accounts(call.body)
    if !accounts.isEmpty {
      options.scope.customers = try await call.book.read { connection in
        try accounts.map { try CustomerName.id(of: $0, digitsAreID: true, on: connection) }
      }
    }
    let wanted = options
    return try await call.perform {
      let outcome = await RunEngine(database: call.book.database, options: wanted).outcome()
      guard let run = outcome.closed.first else {
        throw outcome.failures.first ?? APIError(400, "nothing_due", "there is nobody to bill")
      }
      return try await call.read { connection in
        try answer(run, outcome, on: connection)
      }
    }
  }

  /// The first run, with all of them, and why sellers were not billed beside them.
  private static func answer(
    _ first: Int64, _ outcome: RunEngine.Outcome, on connection: isolated Connection
  ) throws -> Answer {
    var object = try object(first, on: connection)
    object["billruns"] = .array(
      try outcome.closed.map { try JSONTree(RunSummary.read($0, on: connection).json) })
    object["failures"] = .array(
      outcome.failures.map { failure in
        let error = APIError(describing: failure)
        return .fields(["code": .string(error.code), "message": .string(error.message)])
      })
    if !outcome.failures.isEmpty { object["status"] = .string("Error") }
    return .json(object.text)
  }

  private static func truth(_ name: String, _ body: JSONTree, usual: Bool) throws -> Bool {
    switch body[name] {
    case nil, .null: usual
    case .bool(let value): value
    default: throw APIError.wrong(name, "\(name) is true or false")
    }
  }

  static func show(_ call: Call) async throws -> Answer {
    guard let run = Int64(call["id"]) else {
      throw APIError(404, "run_not_found", "there is no bill run \(call["id"].prefix(100))")
    }
    return try await call.read { connection in .json(try object(run, on: connection).text) }
  }

  private static func object(_ id: Int64, on connection: isolated Connection) throws -> JSONTree {
    let run = try RunSummary.read(id, on: connection)
    let status =
      switch run.state {
      case "posted": "Posted"
      case "completed": "Completed"
      case "error": "Error"
      case "pending": "Pending"
      case "processing": "Processing"
      default: "Canceled"
      }
    return JSONTree.fields([
      "success": .bool(true), "id": .string("\(id)"), "billRunNumber": .string("\(id)"),
      "status": .string(status), "targetDate": .string("\(run.asOf)"),
      "billrun": try JSONTree(run.json),
    ])
  }

  private static func day(_ name: String, _ body: JSONTree) throws -> LocalDate? {
    guard let value = body[name], value != .null else { return nil }
    guard let day = value.plain.flatMap({ LocalDate(iso: $0) }) else {
      throw APIError.wrong(name, "\(name) is a day as 2026-12-31")
    }
    return day
  }

  private static func accounts(_ body: JSONTree) throws -> [String] {
    if let batches = body["batches"],
      batches.elements.contains(where: { $0 != .string("AllBatches") })
    {
      throw APIError.wrong("batches", "batches is AllBatches; billRunFilters name accounts")
    }
    return try (body["billRunFilters"]?.elements ?? []).enumerated().map { index, filter in
      guard filter["filterType"]?.plain == "Account", let account = filter["accountId"]?.plain
      else {
        throw APIError.wrong("billRunFilters.\(index)", "a filter is an Account with its accountId")
      }
      return account
    }
  }
}
