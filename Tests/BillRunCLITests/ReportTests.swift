// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Where reports go, when they are quiet, and how progress is shown.
@Suite(.serialized) struct ReportTests {
  /// Books of one seller with a run that billed one customer and held another.
  private static let sql = """
    insert into seller (code, name, country, currency, time_zone)
    values ('acme', 'Acme', 'DE', 'eur', 'UTC');
    insert into plan (code, name, currency, interval)
    values ('pro', 'Pro', 'eur', 'month'), ('bare', 'Bare', 'eur', 'month');
    insert into price (plan_id, amount) values (1, 49);
    insert into customer (customer_id, seller_id, name) values (1, 1, 'Ann'), (2, 1, 'Ben');
    insert into subscription (subscription_id, customer_id, plan_id, start_date)
    values (1, 1, 1, '2026-11-01'), (2, 2, 2, '2026-11-01');
    """
  private static let repair = "insert into price (plan_id, amount) values (2, 5);"
  private static let bill = "billrun run --as-of 2026-11-01 --only bill >/dev/null 2>&1"

  private func withBooks(
    _ body: (Shell, TemporaryDatabase, TemporaryFolder) async throws -> Void
  ) async throws {
    try await withTemporaryDatabase { database in
      try await TemporaryDatabase.run(
        "set search_path = billing; " + Self.sql, inDatabase: database.name)
      let shell = Shell(database: TemporaryDatabase.url(database: database.name))
      #expect(try await shell.run(Self.bill).status == 65)
      try await body(shell, database, TemporaryFolder())
    }
  }

  @Test("a file is written in whole in place of the old one, or it stays and the exit is 74")
  func output() async throws {
    try await withBooks { shell, _, folder in
      let file = "\(folder.path)/report.html"
      try Data("old".utf8).write(to: URL(filePath: file))
      let written = try await shell.run("billrun report run --html --output \(file)")
      #expect(written.status == 0 && written.output.isEmpty && written.story.isEmpty)
      let page = try String(contentsOfFile: file, encoding: .utf8)
      #expect(page.hasPrefix("<!doctype html>") && page.hasSuffix("</html>\n"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["report.html"])
      for path in ["\(folder.path)/none/report.html", folder.path, "/dev/full"] {
        let failed = try await shell.run("billrun report holds --csv --output \(path)")
        #expect(failed.status == 74, "\(path)")
        #expect(failed.story.contains("report not written, on \(path), "))
      }
      let journal = try await shell.run(
        "billrun report journal --from 2026-11-01 --to 2026-11-30 --csv --output \(file)")
      #expect(journal.status == 0 && journal.output.isEmpty)
      #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("entry,date,event,"))
    }
  }

  @Test("quiet while nothing needs a person, and else as without the flag, but for the exit code")
  func quiet() async throws {
    try await withBooks { shell, database, folder in
      let file = "\(folder.path)/report.csv"
      for report in ["run", "receivables", "holds", "revenue", "tax", "outbox", "collections"] {
        let told = try await shell.run("billrun report \(report) --csv --quiet-if-clean")
        #expect(told.status == 65, "\(report)")
        let plain = try await shell.run("billrun report \(report) --csv")
        #expect(told.output == plain.output, "\(report)")
        #expect(plain.status == 0, "\(report)")
      }
      try await TemporaryDatabase.run(
        "set search_path = billing; " + Self.repair, inDatabase: database.name)
      #expect(try await shell.run(Self.bill).status == 0)
      for report in ["run", "receivables", "holds", "journal --from 2026-11-01 --to 2026-11-30"] {
        let quiet = try await shell.run(
          "billrun report \(report) --quiet-if-clean --output \(file)")
        #expect(quiet.status == 0 && quiet.output.isEmpty && quiet.story.isEmpty, "\(report)")
      }
      #expect(!FileManager.default.fileExists(atPath: file))
    }
  }

  @Test("what cannot be mailed is printed, or stands in its file, and the exit is 69")
  func mail() async throws {
    try await withBooks { shell, _, folder in
      let settings = "\(folder.path)/billrun.yaml"
      try Data("smtp: {url: \"smtp://127.0.0.1:1\", from: billing@example.com}\n".utf8)
        .write(to: URL(filePath: settings))
      let command = "billrun report holds --settings \(settings) --mail-to ops@example.com"
      let printed = try await shell.run(command)
      #expect(printed.status == 69)
      #expect(printed.output.contains("Ben"))
      #expect(printed.story.contains("report not mailed, on smtp://127.0.0.1, "))
      let kept = try await shell.run("\(command) --output \(folder.path)/holds.txt")
      #expect(kept.status == 69 && kept.output.isEmpty)
      #expect(
        try String(contentsOfFile: "\(folder.path)/holds.txt", encoding: .utf8).contains("Ben"))
    }
  }

  @Test("reports are read from another database, where nobody may write, and nothing else is")
  func reportDatabase() async throws {
    try await withBooks { shell, database, folder in
      let url = TemporaryDatabase.url(database: database.name)
      try await TemporaryDatabase.run(
        "alter database \"\(database.name)\" set default_transaction_read_only = on",
        inDatabase: database.name)
      let other = Shell(
        database: "postgresql:///no_such_database", variables: ["REPORT_DATABASE_URL": url])
      for report in [
        "run", "run --html", "receivables", "holds", "revenue", "tax", "collections", "chasing",
        "outbox", "journal --from 2026-11-01 --to 2026-11-30", "run --quiet-if-clean",
      ] {
        let read = try await other.run("billrun report \(report)")
        #expect(read.status == (report.hasSuffix("clean") ? 65 : 0), "\(report): \(read.story)")
      }
      #expect(try await other.run("billrun runs list").status == 69)
      let named = try await shell.run(
        "billrun report holds --report-database postgresql:///no_such_database")
      #expect(named.status == 69)
      let settings = "\(folder.path)/billrun.yaml"
      try Data("reports: {database: \"postgresql:///no_such_database\"}\n".utf8)
        .write(to: URL(filePath: settings))
      #expect(try await shell.run("billrun report holds --settings \(settings)").status == 69)
      // Who names a database means that one.
      let given = try await shell.run(
        "billrun report holds --settings \(settings) --database '\(url)'")
      #expect(given.status == 0)
    }
  }

  @Test("a reader that goes away ends a report quietly")
  func pipes() async throws {
    try await withBooks { shell, _, _ in
      for format in ["text", "json", "csv", "html"] {
        let cut = try await shell.run(
          "(billrun report run --format \(format); echo $? >&2) | head -c 10 >/dev/null")
        #expect(cut.story == "0\n", "\(format)")
      }
    }
  }

  @Test("one format at a time, and a first day that is not after the last")
  func usage() async throws {
    try await withBooks { shell, _, _ in
      for words in [
        "holds --html --csv", "holds --json --csv", "tax --format html --csv",
        "tax --from 2026-11-02 --to 2026-11-01", "holds --format pdf",
        "journal --from 2026-11-01 --to 2026-11-02 --csv --hledger",
      ] {
        #expect(try await shell.run("billrun report \(words)").status == 64, "\(words)")
      }
      let json = try await shell.run("billrun report run 99 --format json")
      #expect(json.status == 64)
      #expect(json.story.hasPrefix(#"{"object":"error","code":"run_not_found""#))
    }
  }

  @Test(
    "a bar on a terminal, and not a sign where results go down a pipe",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "no script"))
  func terminal() async throws {
    try await withBooks { shell, database, folder in
      // A lock keeps the run at work until progress was told.
      let url = TemporaryDatabase.url(database: database.name)
      for (command, hasBar) in [
        ("billrun run --as-of 2026-12-01 --only bill", true),
        ("billrun run --as-of 2027-01-01 --yes --only bill | cat", false),
      ] {
        let hold = "psql -q '\(url)' -c 'begin; lock table billing.invoice; select pg_sleep(2)'"
        let seen = try await shell.run(
          "\(hold) >/dev/null & sleep 0.5; script -qec '\(command)' /dev/null; wait")
        #expect(seen.output.contains("[....") == hasBar, "\(seen.output)")
        #expect(seen.output.contains("\u{1B}[K") == hasBar)
        #expect(seen.output.contains("accounts"))
      }
    }
  }
}
