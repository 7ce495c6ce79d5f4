// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import Postgres
import TestSupport
import Testing

@Suite(.serialized) struct ImportVolumeTests {
  @Test("the telco data comes in whole, whatever the order of its files")
  func telco() async throws {
    guard let folder = SharedFolder.path.map({ $0 + "/data/telco/" }),
      FileManager.default.fileExists(atPath: folder)
    else { return }
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      let files = ["subscriptions", "catalog", "customers"].map { "\(folder)\($0).jsonl" }
      let report = try await ImportBooks.run(files, on: connection)
      #expect(report.counts.map(\.created) == [1, 1, 11, 7043, 7043])
      let sources = "select count(*)::text from payment_source"
      #expect(try await ImportBooks.value(sources, on: connection) == "3066")
      let adjusted = "select sum(amount)::text from subscription_addon"
      #expect(try await ImportBooks.value(adjusted, on: connection) == Self.sum(files[0]))
    }
  }

  /// The sum of all add-ons' amounts, read in another way: by cents, from the text.
  private static func sum(_ file: String) throws -> String {
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let cents = text.matches(of: /"amount":(-?)([0-9]+)(?:\.([0-9]{1,2}))?/).reduce(0) {
      sum, match in
      let fraction = match.3.map { $0.count == 1 ? $0 + "0" : $0 } ?? "00"
      let amount = (Int(match.2) ?? 0) * 100 + (Int(fraction) ?? 0)
      return match.1 == "-" ? sum - amount : sum + amount
    }
    let digits = String(abs(cents))
    return (cents < 0 ? "-" : "") + digits.dropLast(2) + "." + digits.suffix(2)
  }

  @Test("tens of thousands of customers and subscriptions come in; the speed is printed")
  func speed() async throws {
    let count = ProcessInfo.processInfo.environment["IMPORT_CUSTOMERS"].flatMap(Int.init) ?? 5_000
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      var bytes = Data()
      DemoBooks(customers: count, seed: 1, isPlain: true).write {
        bytes += $0
        return true
      }
      let report = try await ImportBooks.withFile(bytes, named: "plain.jsonl") {
        try await ImportBooks.run([$0], on: connection)
      }
      #expect(report.isTaken && report.lines == 2 * count + 4)
      let speed = Int64(report.lines) * 1000 / max(1, report.milliseconds)
      print("import: \(report.lines) objects in \(report.milliseconds) ms, \(speed) a second")
    }
  }
}
