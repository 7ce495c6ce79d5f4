// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import TestSupport
import Testing

/// The pages of links as a browser shows them: look at the pictures with
/// `DOCUMENT_PICTURES=FOLDER`.
@Suite(.serialized) struct LinkBrowserTests {
  private static let chromium = "/usr/bin/chromium"
  private static let hasBrowser = FileManager.default.isExecutableFile(atPath: chromium)

  @Test(
    "a browser shows them in two languages, on a telephone, a desk and paper",
    .enabled(if: hasBrowser, "chromium is not installed"), .timeLimit(.minutes(15)))
  func pages() async throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/sellers", withIntermediateDirectories: true)
    try """
    color: "#0b5394"
    bank: {holder: Acme GmbH, name: Sparkasse Berlin, iban: DE89 3704 0044 0532 0130 00}
    footer: ["Acme GmbH · Amtsgericht Berlin HRB 12345", "www.acme.example"]
    """.write(toFile: "\(folder.path)/sellers/acme.yaml", atomically: true, encoding: .utf8)
    try await LinkShop.with("templates: \(folder.path)\n") { shop in
      try await shop.server.books.customer(
        2,
        [
          "name": "Müller <script>document.title=1</script> GmbH", "language": "de",
          "address1": "Hauptstraße 1", "postal_code": "10115", "city": "Berlin", "country": "DE",
        ])
      try await shop.source("decline_insufficient_funds", of: 2)
      let english = try await shop.invoice()
      let german = try await shop.invoice(of: 2)
      let form = try #require(LinkShop.form(try await shop.open(german["payment_url"])))
      _ = try await shop.open(german["payment_url"], form)
      let shown = [
        ("invoice-en", english["url"], "Invoice INV-000001"),
        ("invoice-de", german["url"], "Rechnung INV-000002"),
        ("payment-en", english["payment_url"], "quote INV-000001"),
        ("payment-de", german["payment_url"], "wurde abgelehnt"),
        ("gone", "http://127.0.0.1/links/x", "This link opens nothing"),
      ]
      for (name, address, words) in shown {
        let url = (address ?? "").replacing("127.0.0.1", with: "127.0.0.1:\(shop.server.port)")
        let (dom, story) = try await Self.browse(["--dump-dom", "--enable-logging=stderr"], url)
        #expect(dom.contains(words), "\(name): \(dom)")
        #expect(!dom.contains("<title>1</title>") && !story.contains("CONSOLE"), "\(story)")
        // Headless windows are at least 500 points wide; a telephone's page fits into them, too.
        for (size, place) in [("500,900", "phone"), ("1100,1300", "desk")] {
          let picture = "\(folder.path)/\(name)-\(place).png"
          _ = try await Self.browse(
            ["--hide-scrollbars", "--window-size=\(size)", "--screenshot=\(picture)"], url)
          let bytes = try Data(contentsOf: URL(filePath: picture)).count
          #expect(bytes > 9_000, "\(name): an empty page has some 3,000 bytes")
          try Self.keep(picture)
        }
        let paper = "\(folder.path)/\(name).pdf"
        _ = try await Self.browse(["--no-pdf-header-footer", "--print-to-pdf=\(paper)"], url)
        try Self.keep(paper)
      }
    }
  }

  private static func browse(
    _ flags: [String], _ url: String
  ) async throws -> (output: String, story: String) {
    let words = [chromium, "--headless", "--no-sandbox", "--disable-gpu"] + flags
    let outcome = try await Shell(database: nil).run(
      words.map { "'\($0)'" }.joined(separator: " ") + " '\(url)'")
    #expect(outcome.status == 0)
    return (outcome.output, outcome.story)
  }

  /// Keeps a file for somebody to look at, where `DOCUMENT_PICTURES` says so.
  private static func keep(_ file: String) throws {
    guard let folder = ProcessInfo.processInfo.environment["DOCUMENT_PICTURES"] else { return }
    let kept = "\(folder)/\(URL(filePath: file).lastPathComponent)"
    try? FileManager.default.removeItem(atPath: kept)
    try FileManager.default.copyItem(atPath: file, toPath: kept)
  }
}
