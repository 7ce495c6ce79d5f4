// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// Brings the schema up to date, or tells how it stands.
struct Migrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the schema up to date, or tell how it stands.",
    subcommands: [Status.self, Up.self, MigrateGrants.self])

  /// `billrun migrate up`.
  struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create the schema, or apply the migrations that it lacks.",
      discussion: "Several at once are safe: the others wait and find it done.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let database = try Database(options.loadSettings())
      let applied: [Migration]
      do {
        applied = try await Migrator.billrun.up(on: database.connectAlone())
      } catch {
        throw database.describe(error)
      }
      try show(applied, in: database.schema, on: options.output)
    }

    private func show(_ applied: [Migration], in schema: String, on output: Output) throws {
      if output.isJSON {
        try output.json {
          $0.object {
            $0.field("object", "migration_run")
            $0.field("schema", schema)
            $0.field("applied", array: { list in for step in applied { step.write(to: &list) } })
          }
        }
      } else if applied.isEmpty {
        try output.line("schema \(schema) is up to date, nothing to apply")
      } else {
        for step in applied { try output.line("applied \(step.name)") }
        try output.line("schema \(schema) is up to date, \(applied.count) applied")
      }
    }
  }

  /// `billrun migrate status`.
  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell how the schema stands, and which migrations it lacks.",
      discussion: "Exits with 0 when it fits this program, else with 78.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let database = try Database(options.loadSettings())
      let status: Migrator.Status
      do {
        status = try await Migrator.billrun.status(on: database.connectAlone())
      } catch {
        throw database.describe(error)
      }
      try show(status, in: database.schema, on: options.output)
      if let error = status.error { throw database.describe(error) }
    }

    private func show(_ status: Migrator.Status, in schema: String, on output: Output) throws {
      if output.isJSON {
        try output.json {
          $0.object {
            $0.field("object", "migration_status")
            $0.field("schema", schema)
            $0.field("state", status.word)
            $0.field(
              "pending", array: { list in for step in status.lacking { step.write(to: &list) } })
          }
        }
      } else if status == .upToDate {
        try output.line("schema \(schema) is up to date")
      } else {
        for step in status.lacking { try output.line("pending \(step.name)") }
      }
    }
  }
}

extension Migrator.Status {
  /// The word for it in JSON.
  var word: String {
    switch self {
    case .upToDate: "up_to_date"
    case .pending: "too_old"
    case .tooNew: "too_new"
    case .changed: "changed"
    case .missing: "missing"
    }
  }

  /// What is still to be applied.
  fileprivate var lacking: [Migration] {
    switch self {
    case .pending(let migrations): migrations
    case .missing: Migrator.billrun.migrations
    case .upToDate, .tooNew, .changed: []
    }
  }

  /// Why program and schema do not fit together; nil when they do.
  var error: MigrationError? {
    switch self {
    case .upToDate: nil
    case .pending(let migrations): .tooOld(pending: migrations.count)
    case .tooNew(let number): .tooNew(number: number)
    case .changed(let number, let name): .changed(number: number, name: name)
    case .missing: .missing
    }
  }
}

extension Migration {
  /// Writes number and name.
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("number", number)
      $0.field("name", name)
    }
  }
}
