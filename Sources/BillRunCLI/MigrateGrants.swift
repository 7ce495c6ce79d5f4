// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// `billrun migrate grants`: makes the roles of a set of books.
struct MigrateGrants: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grants",
    abstract: "Make the roles run, report, operator and owner, each with the least it needs.",
    discussion: """
      The roles cannot log in: grant them to those who do. Again after each migrate up, it gives \
      exactly the rights of this version. By the owner of the schema, who may create roles, or a \
      superuser; with --print it writes nothing and shows the SQL for whoever may.
      """)

  @OptionGroup var options: GlobalOptions

  @Option(
    help: ArgumentHelp("What the roles' names begin with; else DATABASE_SCHEMA.", valueName: "name")
  )
  var prefix: String?

  @Flag(name: .customLong("print"), help: "Print the SQL instead of running it.")
  var prints = false

  func run() async throws {
    let database = try Database(options.loadSettings())
    let connection = try await database.open()
    let name = Statement(
      name: "current_database", text: "select current_database()::text")
    let roles = Roles(
      of: database.schema, in: try await connection.query(name, []).string(0, 0), prefix: prefix)
    guard roles.longest <= 63 else {
      throw BillRunError(
        .usage, code: "role_name_long",
        "role name too long, on \(roles.name(.operator)), PostgreSQL keeps 63 bytes",
        hint: "billrun migrate grants --prefix NAME")
    }
    if prints {
      try options.output.line("begin;\n\(roles.sql)commit;")
      return
    }
    do {
      try await connection.transaction { try $0.run(script: roles.sql, name: "grants") }
    } catch let error as PostgresError where error.isPermissionDenied {
      throw BillRunError(
        .noPermission, code: "rights_missing", "rights missing, on grants, \(error.message)",
        hint: "billrun migrate grants --print | psql, as a superuser")
    }
    try show(roles)
  }

  private func show(_ roles: Roles) throws {
    guard options.output.isJSON else {
      for duty in Roles.Duty.allCases {
        try options.output.line("\(duty.rawValue): grant \(roles.name(duty)) to LOGIN")
      }
      return
    }
    try options.output.json {
      $0.object {
        $0.field("object", "grants")
        $0.field("schema", roles.schema)
        for duty in Roles.Duty.allCases { $0.field(duty.rawValue, roles.name(duty)) }
      }
    }
  }
}
