// SPDX-License-Identifier: Apache-2.0
import BillRun
import Testing

struct SettingsTests {
  @Test("without flags, environment and file, libpq's own variables and 'billing' count")
  func defaults() throws {
    let settings = try Settings(environment: [:], usualFile: "/nowhere")
    #expect(settings.database.isEmpty)
    #expect(settings.schema == "billing")
    #expect(settings.lanes == nil)
  }

  @Test("flags count before environment")
  func order() throws {
    let environment = ["DATABASE_URL": "dbname=env", "BILLRUN_SCHEMA": "env"]
    let flags = Settings.Flags(database: "dbname=flag", schema: "flag")
    let both = try Settings(flags: flags, environment: environment, usualFile: "/nowhere")
    #expect(both.database == "dbname=flag")
    #expect(both.schema == "flag")
    let one = try Settings(environment: environment, usualFile: "/nowhere")
    #expect(one.database == "dbname=env")
    #expect(one.schema == "env")
  }

  @Test("a variable that is empty counts as unset")
  func emptyVariables() throws {
    let environment = ["DATABASE_URL": "", "BILLRUN_SCHEMA": "", "STRIPE_KEY": ""]
    let settings = try Settings(environment: environment, usualFile: "/nowhere")
    #expect(settings.schema == "billing")
    #expect(settings.secret(inVariable: "STRIPE_KEY") == nil)
  }

  @Test(
    "a schema's name is one that PostgreSQL takes as it stands",
    arguments: [
      ("billing", true), ("_a1", true), ("", true), (String(repeating: "a", count: 63), true),
      (String(repeating: "a", count: 64), false), ("1a", false), ("Billing", false),
      ("a-b", false), ("a b", false), ("\"a\"", false), ("bücher", false),
    ])
  func schemaNames(_ name: String, isRight: Bool) {
    let environment = ["BILLRUN_SCHEMA": name]
    let settings = try? Settings(environment: environment, usualFile: "/nowhere")
    #expect((settings != nil) == isRight)
  }

  @Test(
    "a password in --database is refused, whatever way it is written",
    arguments: [
      ("postgres://me:secret@db/books", true), ("postgresql://me:s%40@db", true),
      ("postgres://db/books?password=x", true), ("host=db password=x", true),
      ("host=db password = x", true), ("postgres://me@db:5432/books", false),
      ("postgres:///books?host=/run/pg", false), ("host=db user=me passfile=/a", false),
      ("postgres://db/a:b@c", false),
    ])
  func passwords(_ database: String, isRefused: Bool) {
    let flags = Settings.Flags(database: database)
    let settings = try? Settings(flags: flags, environment: [:], usualFile: "/nowhere")
    #expect((settings == nil) == isRefused)
  }

  @Test("a settings file that was named must be there; the usual one need not")
  func missingFile() {
    let error = #expect(throws: BillRunError.self) {
      try Settings(flags: Settings.Flags(file: "/nowhere.yaml"), environment: [:])
    }
    #expect(error?.status == .configuration)
    #expect(error?.code == "settings_unreadable")
  }
}
