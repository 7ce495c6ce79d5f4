// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// Whom a run looks at.
struct ScopeOptions: ParsableArguments {
  @OptionGroup var part: PartOptions

  /// By code.
  @Option(name: .customLong("plan"), help: "Only subscriptions to these plans.")
  var plans: [String] = []

  /// Only this seller, by id or code; nil for all.
  var seller: String? { part.seller }

  /// Whether nobody of a seller is left out.
  var isEverybody: Bool { part.isEverybody && plans.isEmpty }

  /// The same as the run knows it.
  ///
  /// Throws `BillRunError` when there is no such customer.
  func scope(of database: Database) async throws -> RunScope {
    var scope = try await part.scope(of: database)
    scope.plans = plans.isEmpty ? nil : plans
    return scope
  }
}

/// The same where `--plan` is something else.
struct PartOptions: ParsableArguments {
  /// By id or code.
  @Option(help: "Only this seller.")
  var seller: String?

  /// By id or number.
  @Option(name: .customLong("customer"), help: "Only these customers, by id or number.")
  var customers: [String] = []

  /// By name.
  @Option(name: .customLong("batch"), help: "Only these customer groups.")
  var batches: [String] = []

  /// ISO 4217.
  @Option(name: .customLong("currency"), help: "Only subscriptions in these currencies.")
  var currencies: [String] = []

  /// Whether nobody of a seller is left out.
  var isEverybody: Bool { customers.isEmpty && batches.isEmpty && currencies.isEmpty }

  /// The same as the run knows it.
  ///
  /// Throws `BillRunError` when there is no such customer.
  func scope(of database: Database) async throws -> RunScope {
    var scope = RunScope()
    scope.customers = try await CustomerName.ids(of: customers, in: database)
    scope.batches = batches.isEmpty ? nil : batches
    scope.currencies = currencies.isEmpty ? nil : currencies.map { $0.lowercased() }
    return scope
  }
}

extension CustomerName {
  /// The ids of customers by id or number; nil where none is named.
  ///
  /// Throws `BillRunError` when there is no such customer.
  static func ids(of names: [String], in database: Database) async throws -> [Int64]? {
    if names.isEmpty { return nil }
    let connection = try await database.open()
    var ids: [Int64] = []
    for name in names { ids.append(try await CustomerName.id(of: name, on: connection)) }
    await connection.close()
    return ids
  }
}
