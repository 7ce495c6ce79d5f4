// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Foundation
import TestSupport
import Testing

@testable import BillRun

struct MetricsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(
    _ command: String = "run", seller: String? = nil, name: String = "billrun.prom"
  ) throws -> MetricsFile {
    let environment = ["BILLRUN_METRICS_FILE": "\(folder.path)/\(name)"]
    let settings = try Settings(environment: environment, usualFile: "/nowhere")
    return try #require(MetricsFile(settings, command: command, seller: seller))
  }

  private func lines(_ file: MetricsFile) throws -> [String] {
    try String(contentsOfFile: file.path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test("without a setting there is no file, and each command and seller has its own")
  func paths() throws {
    let none = try Settings(environment: [:], usualFile: "/nowhere")
    #expect(MetricsFile(none, command: "run", seller: nil) == nil)
    #expect(try file().path == "\(folder.path)/billrun-run.prom")
    #expect(try file("send", name: "books").path == "\(folder.path)/books-send.prom")
    #expect(try file(seller: "a/b 1").path == "\(folder.path)/billrun-run-a_b_1.prom")
  }

  @Test("a run is told in seconds, minor units and counts, and runs of a seller are added up")
  func run() throws {
    let file = try file()
    var metrics = file.empty
    var run = RunSummary(
      id: 1, kind: "regular", seller: "a\"\\b\n", asOf: LocalDate(daysSince1970: 0),
      state: "posted", population: 5)
    run.reasons = [
      .init(.invoiced, nil, accounts: 3), .init(.held, "price_missing", accounts: 2),
    ]
    var total = RunSummary.Total(currency: "eur", digits: 2)
    (total.invoices, total.total) = (3, 170_141_183_460_469_231_731_687)
    run.totals = [total]
    metrics.add(run)
    metrics.add(run)
    try file.write(metrics, status: .dataError, at: 1_796_126_400, milliseconds: 1_050)

    let of = #"command="run",schema="billing""#
    let seller = #"seller="a\"\\b\n""#
    #expect(
      try lines(file).filter { !$0.hasPrefix("#") } == [
        "billrun_build_info{\(of),version=\"\(Version.text)\"} 1",
        "billrun_last_run_timestamp_seconds{\(of)} 1796126400",
        "billrun_last_success_timestamp_seconds{\(of)} 1796126400",
        "billrun_exit_code{\(of)} 65",
        "billrun_duration_seconds{\(of)} 1.050",
        "billrun_run_accounts{\(of),\(seller),outcome=\"invoiced\"} 6",
        "billrun_run_accounts{\(of),\(seller),outcome=\"nothing_due\"} 0",
        "billrun_run_accounts{\(of),\(seller),outcome=\"held\"} 4",
        "billrun_run_held_accounts{\(of),\(seller),code=\"price_missing\"} 4",
        "billrun_run_invoices{\(of),\(seller),currency=\"eur\"} 6",
        "billrun_run_total_minor_units{\(of),\(seller),currency=\"eur\"} 340282366920938463463374",
      ])
  }

  @Test("a start that fails keeps the last success and its counts, and the next one replaces them")
  func failure() throws {
    let file = try file("send")
    try file.write(file.empty, status: .unavailable, at: 90, milliseconds: 0)
    #expect(try !lines(file).contains { $0.contains("last_success") })

    var sent = file.empty
    sent.add(.sendMessages, 7, ["state": "sent"])
    try file.write(sent, status: .ok, at: 100, milliseconds: 0)
    for status in ExitStatus.allCases where ![.ok, .dataError].contains(status) {
      try file.write(file.empty, status: status, at: 200, milliseconds: 0)
    }
    var refused = file.empty
    refused.isDone = false
    try file.write(refused, status: .dataError, at: 300, milliseconds: 0)
    let of = #"{command="send",schema="billing""#
    let failed = try lines(file)
    #expect(failed.contains("billrun_last_run_timestamp_seconds\(of)} 300"))
    #expect(failed.contains("billrun_last_success_timestamp_seconds\(of)} 100"))
    #expect(failed.contains("billrun_exit_code\(of)} 65"))
    #expect(failed.contains("billrun_send_messages\(of),state=\"sent\"} 7"))

    sent = file.empty
    sent.add(.sendMessages, 1, ["state": "held"])
    try file.write(sent, status: .dataError, at: 400, milliseconds: 0)
    #expect(try lines(file).filter { $0.hasPrefix("billrun_send_messages") }.count == 1)
    #expect(try lines(file).contains("billrun_last_success_timestamp_seconds\(of)} 400"))
  }

  @Test("books that fail have not succeeded when others have, nor take their figures away")
  func severalBooks() throws {
    func file(_ schema: String) throws -> MetricsFile {
      let environment = [
        "BILLRUN_METRICS_FILE": "\(folder.path)/billrun.prom", "BILLRUN_SCHEMA": schema,
      ]
      let settings = try Settings(environment: environment, usualFile: "/nowhere")
      return try #require(MetricsFile(settings, command: "run", seller: nil))
    }
    #expect(try file("billing").path == "\(folder.path)/billrun-run.prom")
    #expect(try file("shop").path == "\(folder.path)/billrun-run.shop.prom")
    let (usual, shop) = (try file("billing"), try file("shop"))
    try usual.write(usual.empty, status: .ok, at: 100, milliseconds: 0)
    try shop.write(shop.empty, status: .configuration, at: 200, milliseconds: 0)
    let success = "billrun_last_success_timestamp_seconds"
    #expect(
      try lines(usual).contains("\(success){command=\"run\",schema=\"billing\"} 100"))
    #expect(try !lines(shop).contains { $0.contains(success) })
    #expect(try lines(shop).contains { $0.hasSuffix("schema=\"shop\"} 78") })
  }

  @Test("the file is readable to all and nothing else is left in its folder")
  func isWhole() throws {
    let file = try file()
    let mask = umask(0o077)
    defer { umask(mask) }
    try file.write(file.empty, status: .ok, at: 1, milliseconds: 0)
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    #expect(attributes[.posixPermissions] as? Int == 0o644)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["billrun-run.prom"])
  }

  @Test("a folder that is not there is told by its path")
  func missingFolder() throws {
    let file = try file(name: "none/billrun.prom")
    let error = #expect(throws: BillRunError.self) {
      try file.write(file.empty, status: .ok, at: 1, milliseconds: 0)
    }
    #expect(error?.code == "metrics_not_written" && error?.status == .ioError)
    #expect(error?.message.contains("\(folder.path)/none/billrun-run.prom") == true)
  }

  @Test("each figure stands in the run book")
  func documented() throws {
    let path = PackageFolder.path + "/docs/OPERATIONS.md"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for gauge in Gauge.allCases { #expect(text.contains("`\(gauge.name)"), "\(gauge.name)") }
  }

  @Test(
    "promtool finds nothing wrong with any figure",
    .enabled(if: Peer.isExecutable("promtool"), "promtool is not there: scripts/setup --peers"))
  func promtool() async throws {
    let file = try file()
    var metrics = file.empty
    for gauge in Gauge.allCases where !gauge.isOfEveryStart {
      metrics.add(gauge, Int64.min, ["seller": "ü \"\\\n", "code": ""])
    }
    try file.write(metrics, status: .ok, at: 1_796_126_400, milliseconds: 12)
    let outcome = try await Shell(database: nil).run("promtool check metrics <'\(file.path)'")
    #expect(outcome.status == 0 && outcome.output + outcome.story == "", "\(outcome)")
  }
}
