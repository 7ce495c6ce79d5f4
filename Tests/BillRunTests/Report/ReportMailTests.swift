// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import BillRun

/// Reports by mail: what arrives, and what becomes of one that nobody takes.
@Suite struct ReportMailTests {
  private static let moment: Int64 = 1_795_299_757

  /// A way to some addresses by a server on a port of this machine.
  private func mail(_ addresses: [String], port: Int) throws -> ReportMail {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/billrun.yaml"
    try Data("smtp: {url: \"smtp://127.0.0.1:\(port)\", from: billing@example.com}\n".utf8)
      .write(to: URL(filePath: file))
    let settings = try Settings(flags: Settings.Flags(file: file), environment: [:])
    return try ReportMail(settings, to: addresses)
  }

  @Test(
    "it arrives as text and as a page, with the format that was asked for as a file",
    .enabled(if: MailSink.python != nil, "\(MailSink.missing)"))
  func arrives() async throws {
    let sink = try await MailSink()
    // Python takes a text of no charset for ASCII.
    let report = try TabularReportTests.sample(name: "<Ann>, \"A\"")
    try await mail(["Ops <ops@example.com>", "b@example.com"], port: sink.port)
      .send(report, as: .csv, at: Self.moment)
    let read = try JSON(await MailReading.json(of: try sink.message(1)))
    #expect(read["defects"] == .array([]))
    let headers = read["headers"]?.elements.map(\.elements) ?? []
    #expect(headers.contains(["To", "Ops <ops@example.com>, b@example.com"]))
    #expect(headers.contains(["Subject", "billrun: sample, 2026-11-01 to 2026-11-30"]))
    let parts = (read["parts"]?.elements ?? []).filter { $0["text"] != nil }
    #expect(parts.map { $0["type"] } == ["text/plain", "text/html", "text/csv"])
    #expect(parts.first?["text"] == .string(report.text))
    #expect(parts.last?["name"] == "sample_report-2026-11-30.csv")
    #expect(parts.last?["text"] == .string(report.csv.replacing("\r\n", with: "\n")))
  }

  @Test(
    "an address that the server refuses is told, and the others have it",
    .enabled(if: MailSink.python != nil, "\(MailSink.missing)"))
  func refused() async throws {
    let sink = try await MailSink()
    let report = try TabularReportTests.sample()
    for (address, status) in [
      ("refused@x.org", ExitStatus.dataError), ("deferred@x.org", .unavailable),
    ] {
      let error = await #expect(throws: BillRunError.self) {
        try await mail(["ops@example.com", address], port: sink.port)
          .send(report, as: .html, at: Self.moment)
      }
      #expect(error?.code == "mail_refused")
      #expect(error?.status == status)
      #expect(error?.message.contains(address) == true)
    }
    #expect(sink.ids.count == 2)
  }

  @Test("a server that is down is 69, no server is 78, and what is no address 64")
  func down() async throws {
    let report = try TabularReportTests.sample()
    let error = await #expect(throws: BillRunError.self) {
      try await mail(["ops@example.com"], port: 1).send(report, as: .html, at: Self.moment)
    }
    #expect(error?.code == "mail_server_unreachable")
    #expect(error?.status == .unavailable)
    let none = #expect(throws: BillRunError.self) {
      try ReportMail(Settings(environment: [:], usualFile: "/nowhere"), to: ["a@example.com"])
    }
    #expect(none?.code == "mail_not_configured")
    #expect(none?.status == .configuration)
    for address in ["ops", "a@b\r\nBcc: c@d", "<>"] {
      let wrong = #expect(throws: BillRunError.self) { try mail([address], port: 1) }
      #expect(wrong?.status == .usage)
    }
  }
}
