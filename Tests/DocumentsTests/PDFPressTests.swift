// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Foundation
import Testing

@testable import Documents

/// What stands in PDFs, read back by `pdftotext`.
@Suite struct PDFPressTests {
  private let kit = DocumentKit()

  private func text(of pdf: [UInt8]) throws -> String {
    try Reader.run("pdftotext", ["-layout", "-", "-"], pdf)
  }

  private func pdf(_ printed: PrintedDocument) async throws -> [UInt8] {
    try await PDFPress().pdf(printed)
  }

  @Test(
    "an invoice's figures, names and page number stand in its PDF",
    .enabled(if: Reader.has("pdftotext"), "pdftotext is not installed"))
  func figures() async throws {
    let pdf = try await pdf(kit.printed(SampleDocuments.invoice()))
    let text = try text(of: pdf)
    for word in [
      "Invoice INV-000123", "Müller & Söhne OHG", "Acme Software GmbH", "VAT 19%", "€174.93",
      "147.00", "27.93", "1 November 2026", "15 November 2026", "Page 1 of 1",
      "Please pay €174.93 by 15 November 2026",
    ] {
      #expect(text.contains(word), "\(word) is not in \(text)")
    }
  }

  @Test(
    "a long invoice repeats the head of its table on each page, and counts the pages",
    .enabled(if: Reader.has("pdftotext"), "pdftotext is not installed"))
  func pages() async throws {
    let pdf = try await pdf(kit.printed(SampleDocuments.invoice(lines: 50)))
    let text = try text(of: pdf)
    let pages = text.split(separator: "\u{0C}").filter { $0.contains("Page") }
    #expect(pages.count == 3)
    for (index, page) in pages.enumerated() {
      #expect(page.contains("Page \(index + 1) of 3"))
      #expect(page.contains("Description") || index == 2)
    }
    for number in 1...50 { #expect(text.contains("Pro plan \(number)")) }
  }

  @Test("the same document has the same bytes")
  func sameBytes() async throws {
    let printed = try kit.printed(SampleDocuments.invoice())
    let first = try await pdf(printed)
    let press = try PDFPress()
    _ = try await press.pdf(kit.printed(SampleDocuments.statement("de")))
    #expect(try await press.pdf(printed) == first)
  }

  @Test(
    "a line that is longer than a page goes on on the next, and loses nothing",
    .enabled(if: Reader.has("pdftotext"), "pdftotext is not installed"))
  func longLine() async throws {
    var invoice = try SampleDocuments.invoice(lines: 1)
    invoice.lines[0].detail = (1...900).map { "word\($0)" }.joined(separator: "\n")
    let pdf = try await pdf(kit.printed(invoice))
    let text = try text(of: pdf)
    for number in [1, 450, 900] { #expect(text.contains("word\(number)")) }
  }

  @Test(
    "names with markup, line ends and marks of direction are letters in a PDF",
    .enabled(if: Reader.has("pdftotext"), "pdftotext is not installed"))
  func hostile() async throws {
    var invoice = try SampleDocuments.invoice()
    invoice.customer.name = "<b>A</b>&amp;\n{{title}}\u{202E}evil (x) \\ %"
    let pdf = try await pdf(kit.printed(invoice))
    let text = try text(of: pdf)
    #expect(text.contains("<b>A</b>&amp; {{title}} evil (x) \\ %"))
  }

  @Test(
    "Chinese and Arabic names are drawn with glyphs",
    .enabled(if: Reader.has("pdftotext"), "pdftotext is not installed"))
  func scripts() async throws {
    var invoice = try SampleDocuments.invoice()
    invoice.customer.name = "شركة النور للتجارة"
    invoice.lines[0].name = "专业版订阅"
    let pdf = try await pdf(kit.printed(invoice))
    #expect(pdf.starts(with: Array("%PDF-".utf8)))
    let text = try text(of: pdf)
    #expect(text.contains("专业版订阅"))
  }

  @Test("a logo is drawn, and a broken one is said")
  func logo() async throws {
    var printed = try kit.printed(SampleDocuments.invoice())
    let plain = try await pdf(printed)
    printed.letterhead.logo = try Letterhead.Logo("logo.png", in: SamplePictures.folder)
    let pictured = try await pdf(printed)
    #expect(pictured.count > plain.count)
    printed.letterhead.logo = try Letterhead.Logo("broken.png", in: SamplePictures.folder)
    let broken = printed
    await #expect(throws: DocumentError(.letterheadError, "the logo is a broken PNG")) {
      try await pdf(broken)
    }
    #expect(try kit.html(printed, template: "invoice.html").contains("data:image/png;base64,"))
  }

  @Test("a page with all kinds of documents for somebody to look at", .enabled(if: Pictures.wanted))
  func pictures() async throws {
    for (name, printed) in try Pictures.documents() {
      try Pictures.write(try await pdf(printed), name + ".pdf")
      let template = name.hasPrefix("letter") ? "letter.html" : "invoice.html"
      try Pictures.write(Array(kit.html(printed, template: template).utf8), name + ".html")
    }
  }

  @Test("PDFs are made fast enough", .enabled(if: Pictures.wanted))
  func speed() async throws {
    let printed = try kit.printed(SampleDocuments.invoice(lines: 8))
    let presses = [try PDFPress(), try PDFPress()]
    for press in presses { _ = try await press.pdf(printed) }
    let clock = ContinuousClock()
    let count = 1000
    let time = try await clock.measure {
      try await withThrowingTaskGroup { group in
        for press in presses {
          group.addTask { for _ in 0..<(count / 2) { _ = try await press.pdf(printed) } }
        }
        try await group.waitForAll()
      }
    }
    print("\(count) PDFs in \(time)")
  }
}

/// Runs a program that reads standard input and writes standard output.
enum Reader {
  /// Whether there is such a program.
  static func has(_ name: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/\(name)")
  }

  static func run(_ name: String, _ arguments: [String], _ input: [UInt8]) throws -> String {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "documents-\(UInt64.random(in: 0 ... .max))")
    try Data(input).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/\(name)")
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: file)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
