// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres

/// What is done with customers and subscriptions beyond reading and writing them.
enum InvoicedSubscriptions {
  /// Fields that change from a day on, and so are a change of their own.
  private static let datedFields: Set<String> = [
    "plan", "quantity", "amount", "addons", "paused", "prorate", "effective",
  ]

  /// Changes a subscription: plan, quantity, add-ons and pauses from a day on, by default today.
  static func update(_ call: Call) async throws -> Answer {
    let objects = InvoicedObjects.subscriptions
    var change = JSONTree.object(call.body.fields.filter { datedFields.contains($0.name) })
    let rest = JSONTree.object(call.body.fields.filter { !datedFields.contains($0.name) })
    if !change.fields.isEmpty {
      change["subscription"] = .number(call["id"])
    }
    let dated = change
    _ = try await call.book.read { try objects.object(call["id"], on: $0) }
    return try await call.write { connection in
      try ImportObjects.lock(.subscription, call["id"], on: connection)
      try call.expect { try shown(call, on: connection) }
      if !rest.fields.isEmpty {
        let object = try objects.object(call["id"], on: connection)
        try objects.change(object, by: whole(rest, of: object), call, on: connection)
      }
      if !dated.fields.isEmpty {
        var dated = dated
        if dated["effective"] == nil {
          dated["effective"] = .string("\(try today(call, on: connection))")
        }
        // What is asked for now counts, also where it was asked for before something else.
        try objects.take(
          dated, as: "subscription_change", overruling: [.again], call, on: connection)
      }
      return .json(try shown(call, on: connection))
    }
  }

  /// Fields that take a cancellation back, with what belongs to it: one for the end of a period is
  /// its day, too.
  private static func whole(_ fields: JSONTree, of subscription: JSONTree) -> JSONTree {
    var fields = fields
    if fields["canceled_at"] == .null, fields["cancel_at_period_end"] == nil {
      fields["cancel_at_period_end"] = .bool(false)
    }
    if fields["cancel_at_period_end"] == .bool(false), fields["canceled_at"] == nil,
      subscription["cancel_at_period_end"] == .bool(true)
    {
      fields["canceled_at"] = .null
    }
    return fields
  }

  private static func shown(_ call: Call, on connection: isolated Connection) throws -> String {
    try InvoicedObjects.subscriptions.shownObject(call["id"], call, on: connection)
  }

  /// Subscriptions with what changes have made of them by today, and the `changes` to come: also
  /// those that wait for the start of a period.
  static func asOfToday(
    _ subscriptions: [JSONTree], _ call: Call, on connection: isolated Connection
  ) throws -> [JSONTree] {
    let ids = subscriptions.compactMap { $0["id"]?.plain.flatMap { Int64($0) } }
    if ids.isEmpty { return subscriptions }
    let lines = try ImportObjects.read(.subscriptionChange, subscriptions: ids, on: connection)
    let days = try ImportObjects.changeDays(of: ids, on: connection)
    let changes = Dictionary(
      grouping: try zip(lines, days).map { (change: try JSONTree($0), day: $1) }
    ) { $0.change["subscription"]?.plain ?? "" }
    let today = try today(call, on: connection)
    return subscriptions.map { subscription in
      var current = subscription
      var later: [JSONTree] = []
      // Of one day's changes the last one counts, field by field.
      let byDay = (changes[subscription["id"]?.plain ?? ""] ?? []).enumerated().sorted {
        ($0.element.day, $0.offset) < ($1.element.day, $1.offset)
      }
      for (_, (change, day)) in byDay {
        var change = change
        change["object"] = nil
        change["subscription"] = nil
        if day > today {
          later.append(change)
        } else {
          change["effective"] = nil
          change["prorate"] = nil
          current = current.merging(change)
        }
      }
      current["changes"] = .array(later)
      return current
    }
  }

  /// Cancels a subscription from today on, or from its start where that is to come; with
  /// `cancel_at_period_end` at the end of its period.
  static func cancel(_ call: Call) async throws -> Answer {
    let objects = InvoicedObjects.subscriptions
    let words = ["true": true, "1": true, "false": false, "0": false]
    let asked = call.query["cancel_at_period_end"] ?? "false"
    guard let atEnd = words[asked] else {
      throw APIError.wrong("cancel_at_period_end", "cancel_at_period_end is true or false")
    }
    return try await call.write { connection in
      try ImportObjects.lock(.subscription, call["id"], on: connection)
      try call.expect { try shown(call, on: connection) }
      let object = try objects.object(call["id"], on: connection)
      let start = object["start_date"]?.plain ?? ""
      let day = JSONTree.string(max("\(try today(call, on: connection))", start))
      try objects.change(
        object,
        by: atEnd
          ? .fields(["cancel_at_period_end": .bool(true)]) : .fields(["canceled_at": day]), call,
        on: connection)
      return .done
    }
  }

  /// The first invoice that would have one subscription more; nothing is written.
  static func preview(_ call: Call) async throws -> Answer {
    let objects = InvoicedObjects.subscriptions
    let customer = try await call.book.read { connection in
      try CustomerName.id(
        of: call.body["customer"]?.plain ?? "", digitsAreID: true, on: connection)
    }
    let look = Preview(
      of: customer, database: call.book.database, options: BillRunOptions(asOf: .today))
    let (outcome, invoice) = try await look.showFirst(
      of: { connection in
        var object = call.body
        let id = try ImportObjects.drawID(.subscription, on: connection)
        object["id"] = .number("\(id)")
        try objects.take(object, call, on: connection)
        return id
      },
      { connection, invoice in
        var first: String?
        // What is taken back has no links.
        try InvoiceReader(at: call.moment).objects(InvoiceFilter(id: invoice), on: connection) {
          first = $0
        }
        return first
      })
    if case .held(let code, let message) = outcome {
      throw APIError(400, code, "customer \(customer) would be held: \(message ?? code)")
    }
    let shown = (invoice ?? nil) ?? "null"
    return .json("{\"object\":\"subscription_preview\",\"first_invoice\":\(shown)}")
  }

  /// The lines that wait for a customer's next invoice.
  static func pendingItems(_ call: Call) async throws -> Answer {
    let page = try ListPage(call.query)
    return try await call.read { connection in
      let customer = try CustomerName.id(of: call["id"], digitsAreID: true, on: connection)
      let lines = try ImportObjects.read(.pendingLineItem, customer: customer, on: connection)
      return page.answer(of: lines, call)
    }
  }

  /// Adds a line to a customer's next invoice.
  static func addPendingItem(_ call: Call) async throws -> Answer {
    try await call.write { connection in
      let customer = try CustomerName.id(of: call["id"], digitsAreID: true, on: connection)
      var item = call.body
      item["customer"] = .number("\(customer)")
      try InvoicedObjects.customers.take(item, as: "pending_line_item", call, on: connection)
      let lines = try ImportObjects.read(.pendingLineItem, customer: customer, on: connection)
      return .json(lines.last ?? "{}", status: 201)
    }
  }

  /// Bills a customer what is due by today: pending lines, and what subscriptions are due.
  static func bill(_ call: Call) async throws -> Answer {
    let customer = try await call.book.read { connection in
      try CustomerName.id(of: call["id"], digitsAreID: true, on: connection)
    }
    return try await call.perform {
      var options = BillRunOptions(asOf: .today)
      options.lanes = 1
      options.scope.customers = [customer]
      options.gate = call.book.settings.gate
      options.user = call.caller.actor
      let runs = try await RunEngine(database: call.book.database, options: options).run()
      return try await call.read { connection in
        if let bill = try bill(of: runs, call, on: connection) { return bill }
        try refuseHeld(customer, call, on: connection)
        throw APIError(400, "nothing_due", "nothing of customer \(customer) is due")
      }
    } found: { moment in
      try await call.book.read { connection in
        let runs = try AnswerStore.billRuns(
          ofCustomer: customer, by: call.caller.actor, since: moment, on: connection)
        return try bill(of: runs, call, on: connection)
      }
    }
  }

  /// The last document of the first run that made one; nil where none did.
  private static func bill(
    of runs: [Int64], _ call: Call, on connection: isolated Connection
  ) throws -> Answer? {
    for run in runs {
      var filter = InvoiceFilter()
      filter.run = run
      var object: String?
      try call.reader.objects(filter, on: connection) { object = $0 }
      if let object { return .json(object, status: 201) }
    }
    return nil
  }

  /// Refuses, by the hold's code, to bill a customer who is held.
  private static func refuseHeld(
    _ customer: Int64, _ call: Call, on connection: isolated Connection
  ) throws {
    let holds = try HoldStore(at: call.moment).holds(customer: customer, on: connection)
    guard let hold = holds.first else { return }
    throw APIError(400, hold.code, "customer \(customer) is held: \(hold.message)")
  }

  private static func today(_ call: Call, on connection: isolated Connection) throws -> LocalDate {
    try InvoiceReader.days(of: call.moment, on: connection).first
  }
}
