// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import BillRun
@testable import Postgres

struct BillRunErrorTests {
  private struct Case: CustomTestStringConvertible {
    let state: String
    let message: String
    let status: BillRun.ExitStatus
    let code: String

    init(_ state: String, _ message: String, _ status: BillRun.ExitStatus, _ code: String) {
      (self.state, self.message, self.status, self.code) = (state, message, status, code)
    }

    var testDescription: String { "'\(state)' \(message)" }
  }

  @Test(
    "what the server answers becomes a status and a code",
    arguments: [
      Case("", "could not connect", .unavailable, "database_unavailable"),
      Case("22023", "invalid connection option", .configuration, "database_address_wrong"),
      Case("08006", "connection lost", .unavailable, "database_unavailable"),
      Case("57P01", "administrator's command", .unavailable, "database_unavailable"),
      Case("57P03", "starting up", .unavailable, "database_unavailable"),
      Case("53300", "too many clients", .unavailable, "database_unavailable"),
      Case("53100", "disk full", .unavailable, "database_unavailable"),
      Case("28P01", "password authentication failed", .noPermission, "login_refused"),
      Case("28000", "no pg_hba.conf entry", .noPermission, "login_refused"),
      Case("42501", "permission denied for table run", .noPermission, "rights_missing"),
      Case("25006", "read-only transaction", .noPermission, "server_read_only"),
      Case("0A000", "not possible during recovery", .noPermission, "server_read_only"),
      Case("3D000", "no database", .configuration, "database_missing"),
      Case("57014", "canceling statement", .tryAgain, "database_busy"),
      Case("40001", "could not serialize", .tryAgain, "database_busy"),
      Case("40P01", "deadlock", .tryAgain, "database_busy"),
      Case("55P03", "lock not available", .tryAgain, "database_busy"),
      Case("23P01", "exclusion constraint", .software, "database_refused"),
      Case("42703", "no such column", .software, "database_refused"),
    ])
  private func answers(_ row: Case) {
    let error = PostgresError(
      sqlState: row.state, message: row.message, statement: nil, connectionIsBad: true)
    let described = BillRunError(describing: error)
    #expect(described.status == row.status)
    #expect(described.code == row.code)
    #expect(described.message.contains(row.message))
  }

  @Test(
    "a schema that does not fit leaves with 78 and the command that helps",
    arguments: [
      (MigrationError.missing, "schema_missing", "billrun migrate up"),
      (.tooOld(pending: 2), "schema_too_old", "billrun migrate up"),
      (.tooNew(number: 99), "schema_too_new", "billrun --version"),
      (.changed(number: 3, name: "m0003_x"), "schema_changed", "billrun migrate status"),
    ])
  func schemas(_ error: MigrationError, code: String, hint: String) {
    let described = BillRunError(describing: error)
    #expect(described.status == .configuration)
    #expect(described.code == code)
    #expect(described.hint?.hasPrefix(hint) == true)
  }

  @Test("the command that helps names a schema other than the usual one")
  func otherSchema() {
    let database = Database(url: "", schema: "books")
    #expect(database.describe(MigrationError.missing).hint == "billrun migrate up --schema books")
  }

  @Test("what nobody has described is a bug, told on one line")
  func unknown() {
    struct Odd: Error, CustomStringConvertible { let description = "two\n  lines" }
    let described = BillRunError(describing: Odd())
    #expect(described.status == .software)
    #expect(described.message == "unexpected trouble, two lines")
    #expect(BillRunError(describing: CancellationError()).status == .tryAgain)
  }

  @Test("an error as JSON has code, message and hint")
  func json() {
    var writer = JSONWriter()
    BillRunError(.tryAgain, code: "run_at_work", "a run is at work, on telco, run 17").write(
      to: &writer)
    #expect(
      writer.text == #"{"object":"error","code":"run_at_work","#
        + #""message":"a run is at work, on telco, run 17","hint":null}"#)
  }
}
