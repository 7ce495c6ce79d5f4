// SPDX-License-Identifier: Apache-2.0
import Foundation
import Postgres
import TestSupport
import Testing

@testable import BillRun

/// What the roles of `migrate grants` can do, and that they can do nothing else.
struct RolesTests {
  /// A command and the roles that can do it; all others leave with 77 and say why.
  struct Row: CustomTestStringConvertible {
    let command: String
    let roles: Set<Roles.Duty>
    var testDescription: String { command }

    /// The roles that ask for it: the owner, who may do what it likes, only for its own work.
    var asked: [Roles.Duty] {
      let others = Roles.Duty.allCases.filter { $0 != .owner && !roles.contains($0) }
      return others + roles.sorted { $0.rawValue < $1.rawValue }
    }
  }

  /// In this order: each works on what those before have left.
  static let rows = [
    Row(command: "import FOLDER/books.jsonl", roles: [.operator, .owner]),
    Row(command: "run --as-of 2026-02-01 --only bill", roles: [.run, .owner]),
    Row(command: "run --as-of 2026-03-01 --dry --manifest FOLDER/$$.jsonl", roles: [.run, .owner]),
    Row(command: "preview --customer 2 --as-of 2026-03-01", roles: [.run, .owner]),
    Row(command: "charge --as-of 2026-02-01", roles: [.run]),
    Row(command: "chase --as-of 2026-02-20", roles: [.run]),
    Row(
      command: "hold place 2 --reason odd && billrun hold release 2",
      roles: [.run, .operator, .owner]),
    Row(command: "invoice create FOLDER/draft.jsonl", roles: [.operator, .owner]),
    Row(command: "report run", roles: Set(Roles.Duty.allCases)),
    Row(command: "runs list", roles: Set(Roles.Duty.allCases)),
    Row(command: "invoice list", roles: Set(Roles.Duty.allCases)),
    Row(command: "payment list", roles: Set(Roles.Duty.allCases)),
    Row(command: "events", roles: Set(Roles.Duty.allCases)),
    Row(
      command: "report journal --from 2026-01-01 --to 2026-03-01", roles: Set(Roles.Duty.allCases)),
    Row(command: "verify", roles: Set(Roles.Duty.allCases)),
    Row(command: "migrate status", roles: Set(Roles.Duty.allCases)),
  ]

  @Test("each role can do its work by the real commands, and leaves with 77 from the others'")
  func commands() async throws {
    try await Self.with { books in
      try await Self.expect(Self.rows, books)
      let voided = try await books.shell(.operator).run("billrun invoice void 1")
      #expect(voided.status == 0, "\(voided.story)")
      let reversed = try await books.shell(.run).run("billrun runs reverse 1")
      #expect(reversed.status == 77, "\(reversed.story)")
      let check = try await books.shell(.run).run("billrun check")
      #expect(check.status == 0, "\(check.output)")
      let sound = try await books.shell(.report).run("billrun verify")
      #expect(sound.status == 0, "\(sound.output)")
    }
  }

  /// Has each role ask for each row's command.
  static func expect(_ rows: [Row], _ books: RoleBooks) async throws {
    for row in rows {
      // Who may not comes first, as long as there is something to do.
      for duty in row.asked {
        let outcome = try await books.shell(duty).run("billrun \(books.filled(row.command))")
        if row.roles.contains(duty) {
          #expect([0, 65].contains(outcome.status), "\(duty) \(row.command): \(outcome.story)")
        } else {
          #expect(outcome.status == 77, "\(duty) \(row.command): \(outcome.story)")
          #expect(outcome.story.contains("rights missing"), "\(duty) \(row.command)")
        }
      }
    }
  }

  /// What each of them must not do, with plain SQL.
  static let refused: [(Roles.Duty, String)] =
    [Roles.Duty.run, .operator].flatMap { duty in
      [
        "update invoice set total_minor = total_minor + 1, subtotal_minor = subtotal_minor + 1",
        "update invoice set invoice_date = invoice_date + 1", "update invoice set currency = 'usd'",
        "update invoice_line set amount_minor = 0", "update invoice_tax set amount_minor = 0",
        "update invoice_number set seq = seq + 1", "delete from invoice",
        "delete from invoice_line",
        "delete from invoice_tax", "delete from invoice_number", "delete from number_series",
        "delete from event", "update event set kind = 'x'", "truncate event", "delete from journal",
        "update journal_line set amount_minor = 0", "delete from settlement",
        "delete from coverage",
        "update settlement set amount_minor = 1", "update payment set amount_minor = 1",
        "delete from payment", "delete from payment_attempt", "delete from customer",
        "delete from subscription", "update price set amount = 0", "alter table invoice add x text",
        "update payment_attempt set amount_minor = 1", "create table own (x text)",
        "drop table invoice", "alter table event disable trigger all",
        "update migration set checksum = ''", "delete from hold",
        "update invoice set state = 'draft'", "update invoice set state = 'draft', sent_at = null",
      ].map { (duty, $0) }
    } + [
      (
        .run,
        """
        insert into event (kind, subject_kind, subject_id)
        values ('invoice_unposted', 'invoice', 1);
        update invoice set state = 'draft' where invoice_id = 1
        """
      ),
      (
        .operator,
        """
        create temporary table pg_class as
        select 'billing.invoice'::regclass::oid as oid, current_user::regrole::oid as relowner;
        update billing.invoice set total_minor = total_minor + 1, tax_minor = tax_minor + 1
        """
      ),
      (
        .operator,
        """
        create temporary table invoice as select invoice_id, 'draft' as state from billing.invoice;
        delete from billing.invoice_tax
        """
      ),
      (.run, "update customer set name = 'x'"), (.run, "update seller set number_format = 'x'"),
      (.run, "insert into price (plan_id, pricing_mode, amount) values (1, 'per_unit', 0)"),
      (.run, "update subscription set quantity = 0"), (.run, "delete from attachment"),
      (.operator, "insert into run_account select * from run_account"),
      (.operator, "update run set fingerprint = ''"), (.operator, "delete from run"),
      (.report, "select token from payment_source"),
      (.report, "select request from payment_attempt"),
      (.report, "select * from pending_debit"), (.report, "update invoice set closed = true"),
      (.report, "insert into event (kind) values ('x')"), (.report, "delete from message"),
      (.report, "select nextval(pg_get_serial_sequence('billing.invoice', 'invoice_id'))"),
      (.report, "select 1 from customer for update"),
    ]

  @Test("plain SQL past the program is refused: posted figures stay, nothing is written away")
  func sql() async throws {
    try await Self.with { books in
      let made = try await books.shell(.owner).run(
        "billrun \(books.filled("import FOLDER/books.jsonl")) && billrun run --as-of 2026-02-01"
          + " --only bill")
      #expect(made.status == 0, "\(made.story)")
      for (duty, sql) in Self.refused {
        let connection = try await Database(url: books.url(duty), schema: "billing").connect()
        do {
          try await connection.run(script: sql)
          Issue.record("\(duty) could: \(sql)")
        } catch let error as PostgresError {
          // What is referred to is refused for that, before rights to delete drafts are looked at.
          #expect(["42501", "23503"].contains(error.sqlState), "\(duty) \(sql): \(error)")
        }
        await connection.close()
      }
    }
  }

  @Test("what a run has billed keeps its figures also while it is unposted")
  func unposted() async throws {
    try await Self.with { books in
      let made = try await books.shell(.owner).run(
        "billrun \(books.filled("import FOLDER/books.jsonl")) && billrun run --as-of 2026-02-01"
          + " --only bill")
      #expect(made.status == 0, "\(made.story)")
      let unposted = try await books.shell(.operator).run("billrun invoice unpost 1")
      #expect(unposted.status == 0, "\(unposted.story)")
      for sql in [
        "update invoice set total_minor = 1, subtotal_minor = 1, tax_minor = 0",
        "update invoice set rounding_minor = -1", "update invoice set run_id = null",
        "delete from invoice_tax",
      ] {
        let connection = try await Database(url: books.url(.operator), schema: "billing").connect()
        let error = await #expect(throws: PostgresError.self) {
          try await connection.run(script: sql + " where invoice_id = 1")
        }
        #expect(error?.sqlState == "42501", "\(sql): \(error?.message ?? "")")
        await connection.close()
      }
      let posted = try await books.shell(.operator).run("billrun invoice post 1 && billrun verify")
      #expect(posted.status == 0, "\(posted.story)")
    }
  }

  @Test("grants made twice, and after somebody gave more, are the same; names hold the database")
  func again() async throws {
    try await Self.with { books in
      let shell = Shell(database: books.database.url)
      let rights = """
        select coalesce(string_agg(concat_ws(' ', c.relname, c.relacl, a.attname, a.attacl), ','
          order by c.relname, a.attname), '')
        from pg_class c
        left join pg_attribute a on a.attrelid = c.oid and a.attacl is not null
        where c.relnamespace = 'billing'::regnamespace
        """
      let before = try await books.texts(rights)
      let run = books.roles.name(.run)
      try await TemporaryDatabase.run(
        "grant delete on invoice to \(run); grant update (total_minor) on invoice to \(run)",
        inDatabase: books.database.name)
      #expect(try await books.texts(rights) != before)
      let printed = try await shell.run("billrun migrate grants --print")
      #expect(printed.status == 0 && printed.output.hasPrefix("begin;\n"))
      #expect(try await books.texts(rights) != before)
      try await TemporaryDatabase.run(printed.output, inDatabase: books.database.name)
      #expect(try await books.texts(rights) == before)
      let again = try await shell.run("billrun migrate grants --json")
      #expect(again.status == 0)
      #expect(again.output.contains("\"run\":\"\(run)\""))
      #expect(try await books.texts(rights) == before)
      #expect(run == "\(books.database.name)_billing_run")
      let closed = try await books.shell(.operator).run("billrun migrate grants")
      #expect(closed.status == 77 && closed.story.contains("--print"))
    }
  }

  @Test("who migrates as a member makes what the owner owns; others are refused")
  func migrating() async throws {
    try await Self.with { books in
      try await TemporaryDatabase.run(
        "drop view receivables; delete from migration where number = (select max(number) from"
          + " migration)", inDatabase: books.database.name)
      let owner = try await Database(url: books.url(.owner), schema: "billing").connect()
      let step = Migration(number: 1, name: "m0001_one", sql: "create table made (x text)")
      try await owner.run(script: "drop table migration cascade")
      _ = try await Migrator([step]).up(on: owner)
      #expect(
        try await books.texts("select tableowner::text from pg_tables where tablename = 'made'")
          == [books.roles.name(.owner)])
      let run = try await Database(url: books.url(.run), schema: "billing").connect()
      let next = Migration(number: 2, name: "m0002_two", sql: "create table two (x text)")
      await #expect(throws: PostgresError.self) {
        _ = try await Migrator([step, next]).up(on: run)
      }
    }
  }

  static func with(_ body: (RoleBooks) async throws -> Void) async throws {
    try await withTemporaryDatabase { database in
      let books = try await RoleBooks(database)
      try await body(books)
      await books.connection.close()
    }
  }
}

/// A set of books with its roles, and a login that has just one of them for each.
struct RoleBooks {
  let database: TemporaryDatabase
  let connection: Connection
  let roles: Roles
  let folder: TemporaryFolder

  init(_ database: TemporaryDatabase) async throws {
    self.database = database
    folder = try TemporaryFolder()
    roles = Roles(of: "billing", in: database.name)
    let simulated = try await Connection(
      database.url, searchPath: "simulated_gateway", applicationName: "test")
    let ledger = try String(
      contentsOfFile: PackageFolder.path + "/sql/queries/make_simulated_ledger.sql",
      encoding: .utf8)
    try await simulated.run(script: ledger)
    let granted = try await Shell(database: database.url).run("billrun migrate grants")
    #expect(granted.status == 0, "\(granted.story)")
    connection = try await database.connect()
    for duty in Roles.Duty.allCases {
      try await connection.run(
        script: "create role \(Self.login(duty, roles)) login in role \(roles.name(duty))")
    }
    try Data(Self.books.utf8).write(to: URL(filePath: folder.path + "/books.jsonl"))
    try Data(Self.draft.utf8).write(to: URL(filePath: folder.path + "/draft.jsonl"))
  }

  private static func login(_ duty: Roles.Duty, _ roles: Roles) -> String {
    "\(roles.name(duty))_login"
  }

  func url(_ duty: Roles.Duty) -> String {
    TemporaryDatabase.url(database: database.name, user: Self.login(duty, roles))
  }

  func shell(_ duty: Roles.Duty) -> Shell { Shell(database: url(duty)) }

  func filled(_ command: String) -> String { command.replacing("FOLDER", with: folder.path) }

  func texts(_ sql: String) async throws -> [String] {
    try await connection.query(Statement(name: "texts \(sql.hashValue)", text: sql), [])
      .map { try $0.string(0) }
  }

  private static let books = """
    {"object":"seller","id":"acme","name":"Acme","country":"DE","currency":"eur","time_zone":"UTC"}
    {"object":"tax_rate","id":"vat","name":"VAT","value":19,"country":"DE"}
    {"object":"chasing_cadence","id":"c","steps":[{"after_due":1,"action":"email","template":"t"}]}
    {"object":"plan","id":"pro","name":"Pro","currency":"eur","interval":"month","amount":49}
    {"object":"customer","id":1,"name":"One","email":"1@x.example","country":"DE",\
    "payment_terms":"NET 1","chasing_cadence":"c"}
    {"object":"customer","id":2,"name":"Two","country":"DE","autopay":true,\
    "payment_source":{"object":"card","gateway":"simulated","token":"approve"}}
    {"object":"subscription","id":1,"customer":1,"plan":"pro","start_date":"2026-01-01"}
    {"object":"subscription","id":2,"customer":2,"plan":"pro","start_date":"2026-01-01"}

    """

  private static let draft = """
    {"object":"invoice","customer":1,"draft":true,"items":[{"name":"Work","unit_cost":100}]}

    """
}
