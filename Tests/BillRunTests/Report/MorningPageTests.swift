// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Foundation
import Postgres
import TestSupport
import Testing

@testable import BillRun

/// The page for the morning, as it is written and as a browser shows it.
@Suite(.serialized) struct MorningPageTests {
  private static let clock = WallClock.fixed(LocalDate(daysSince1970: 20760))  // 2026-11-03
  private static let chromium = "/usr/bin/chromium"
  private static let hasBrowser = FileManager.default.isExecutableFile(atPath: chromium)
  private static let rename = """
    update customer set name = '<script>document.title=1</script>شركة' where customer_id = 4;
    """

  @Test("it has every report, of each seller or of one run's")
  func tables() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let page = try await MorningPage.read(run: nil, clock: Self.clock, on: connection)
      #expect(page.about == "as of 2026-11-01")
      #expect(
        page.tables.map(\.key) == [
          "attention", "runs", "run_totals", "run_reasons", "held_reasons", "holds", "receivables",
          "attempts", "not_scheduled", "not_chased", "messages", "months", "mrr", "taxes",
          "accounts",
        ])
      let runs = try #require(page.tables.first { $0.key == "runs" })
      #expect(runs.rows.count == 2)
      let months = try #require(page.tables.first { $0.key == "months" })
      #expect(months.rows.count == 26)
      let one = try await MorningPage.read(run: 2, clock: Self.clock, on: connection)
      #expect(one.about == "as of 2026-11-01, seller tokyo")
      let owed = try #require(one.tables.first { $0.key == "receivables" })
      #expect(owed.rows.map { $0[0] } == [.text("tokyo")])
    }
  }

  @Test("it reads the tables and writes none, also where the server lets nobody write")
  func readsOnly() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      try await connection.run(script: "set default_transaction_read_only = on")
      let page = try await MorningPage.read(run: nil, clock: Self.clock, on: connection)
      #expect(!page.tables.isEmpty)
    }
  }

  @Test(
    "a browser shows it in the light, in the dark and on paper",
    .enabled(if: hasBrowser, "chromium is not installed"), .timeLimit(.minutes(15)))
  func browser() async throws {
    let bytes = try await SampleBooks.with(Self.rename) { database in
      try await MorningPage.read(
        run: nil, clock: Self.clock, on: database.connect()
      ).bytes(.html)
    }
    let folder = try TemporaryFolder()
    let page = "\(folder.path)/page.html"
    try Data(bytes).write(to: URL(filePath: page))
    let (dom, story) = try await browse(["--dump-dom", "--enable-logging=stderr"], page)
    #expect(dom.contains("&lt;script&gt;document.title=1&lt;/script&gt;شركة"))
    #expect(dom.contains("<title>Billing report · as of 2026-11-01</title>"))
    #expect(!story.contains("CONSOLE"), "\(story)")
    for (name, flags) in [("light", []), ("dark", ["--blink-settings=preferredColorScheme=0"])] {
      let picture = "\(folder.path)/\(name).png"
      _ = try await browse(
        ["--hide-scrollbars", "--window-size=1100,3000", "--screenshot=\(picture)"] + flags, page)
      let size = try Data(contentsOf: URL(filePath: picture)).count
      #expect(size > 50_000, "\(name): an empty page has some 10,000 bytes")
      try keep(picture, as: "report-\(name).png")
    }
    let paper = "\(folder.path)/page.pdf"
    _ = try await browse(["--no-pdf-header-footer", "--print-to-pdf=\(paper)"], page)
    try keep(paper, as: "report.pdf")
    try keep(page, as: "report.html")
    let text = try await Shell(database: nil).run("pdftotext -layout \(paper) -").output
    if !text.isEmpty {
      #expect(text.contains("Receivables by age"))
      #expect(text.contains("Owed to acme by days past due, EUR"))
      #expect(text.contains("120.15"))
    }
  }

  private func browse(
    _ flags: [String], _ page: String
  ) async throws -> (output: String, story: String) {
    let words = [Self.chromium, "--headless", "--no-sandbox", "--disable-gpu"] + flags
    let outcome = try await Shell(database: nil).run(
      words.map { "'\($0)'" }.joined(separator: " ") + " 'file://\(page)'")
    #expect(outcome.status == 0)
    return (outcome.output, outcome.story)
  }

  /// Keeps a file for somebody to look at, where `DOCUMENT_PICTURES` says so.
  private func keep(_ file: String, as name: String) throws {
    guard let folder = ProcessInfo.processInfo.environment["DOCUMENT_PICTURES"] else { return }
    let kept = "\(folder)/\(name)"
    try? FileManager.default.removeItem(atPath: kept)
    try FileManager.default.copyItem(atPath: file, toPath: kept)
  }
}
