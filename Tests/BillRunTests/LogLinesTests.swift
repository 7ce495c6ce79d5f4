// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Logging
import Synchronization
import Testing

struct LogLinesTests {
  private final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }

  private func written(_ format: LogLines.Format) throws -> [String] {
    let day = try #require(LocalDate(iso: "2026-12-01"))
    let lines = Lines()
    let handler = LogLines(format, level: .info, clock: .fixed(day)) { line in
      lines.all.withLock { $0.append(line) }
    }
    var logger = Logger(label: "billrun") { _ in handler }
    logger[metadataKey: "run"] = "17"
    logger.debug("not written")
    logger.warning("account held", metadata: ["code": "tax_rate_missing"])
    return lines.all.withLock { $0 }
  }

  @Test("an event is one line, with its fields in order")
  func formats() throws {
    #expect(
      try written(.text)
        == ["2026-12-01T12:00:00Z warning account held code=tax_rate_missing run=17"])
    #expect(try written(.journal) == ["<4>account held code=tax_rate_missing run=17"])
    #expect(
      try written(.json) == [
        #"{"time":1796126400,"level":"warning","message":"account held","#
          + #""code":"tax_rate_missing","run":"17"}"#
      ])
  }

  @Test("the environment decides how lines look")
  func environment() {
    #expect(LogLines.Format(environment: [:], stream: "8:1") == .text)
    #expect(LogLines.Format(environment: ["JOURNAL_STREAM": "8:1"], stream: "8:1") == .journal)
    #expect(LogLines.Format(environment: ["JOURNAL_STREAM": "8:1"], stream: "8:2") == .text)
    let both = ["BILLRUN_LOG": "json", "JOURNAL_STREAM": "8:1"]
    #expect(LogLines.Format(environment: both, stream: "8:1") == .json)
  }
}
