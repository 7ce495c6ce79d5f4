// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import Postgres
import TestSupport
import Testing

struct ExporterTests {
  @Test("the demo goes out, in elsewhere, and out again to the byte; both bill the same")
  func demo() async throws {
    try await Self.roundTrip { source, _ in
      let made = try await source.run("billrun demo --customers 600 | billrun import -")
      #expect(made.status == 0, "\(made.story)")
    }
  }

  @Test("so do books with every kind of object")
  func everyKind() async throws {
    let text = try await Self.roundTrip { source, _ in
      let holiday = #"{"object":"holiday","country":"DE","date":"2026-12-25"}"#
      let made = try await source.run("echo '\(holiday)' | billrun import - \(ImportBooks.small)")
      #expect(made.status == 0, "\(made.story)")
      let owed = try await source.run(
        #"echo '{"customer":2,"date":"2026-10-30","items":[{"name":"Work","unit_cost":9}]}' "#
          + "| billrun invoice create - && billrun payment record --customer 2 --amount 4 "
          + "--currency usd --date $(date -u -d yesterday +%F) --invoice 1")
      #expect(owed.status == 0, "\(owed.story)")
    }
    let kinds = Exporter.Kind.allCases.filter { text.contains("{\"object\":\"\($0.rawValue)\"") }
    #expect(kinds == Exporter.Kind.allCases)
  }

  @Test("what was billed is not billed again elsewhere, and what comes next is the same")
  func billed() async throws {
    try await Self.roundTrip(runs: ["2026-09-30", "2026-10-15"]) { source, database in
      _ = try await source.run("billrun demo --customers 400 | billrun import -")
      // An import cannot say how much of a coupon was given: only those of one cycle are told.
      try await TemporaryDatabase.run(
        """
        delete from subscription_discount d using coupon c
        where c.coupon_id = d.coupon_id and c.duration_cycles > 1
        """, inDatabase: database)
      let billed = try await source.run("billrun run --as-of 2026-08-31 --only bill")
      #expect([0, 65].contains(billed.status), "\(billed.story)")
    }
  }

  @Test("one seller's, some kinds, into a file; an unknown one, and a file that cannot be written")
  func parts() async throws {
    try await withTemporaryDatabase { database in
      let shell = Shell(database: database.url)
      let folder = try TemporaryFolder()
      _ = try await shell.run("billrun demo --customers 100 | billrun import -")
      let all = try await shell.run("billrun export customer")
      let one = try await shell.run("billrun export customer --seller us")
      #expect(one.output.count < all.output.count && !one.output.isEmpty)
      #expect(one.output.split(separator: "\n").allSatisfy { $0.contains("\"seller\":\"us\"") })
      let file = try await shell.run("billrun export plan customer --output \(folder.path)/x.jsonl")
      #expect(file.status == 0 && file.output.isEmpty)
      let text = try String(contentsOfFile: folder.path + "/x.jsonl", encoding: .utf8)
      #expect(text.hasPrefix("{\"object\":\"plan\"") && text.hasSuffix(all.output))
      #expect(try await shell.run("billrun export --seller nobody").status == 64)
      #expect(try await shell.run("billrun export --output /nowhere/x").status == 74)
      #expect(try await shell.run("billrun export nothing").status == 64)
    }
  }

  /// Fills books, takes what they export into others, and expects the same of both.
  @discardableResult
  private static func roundTrip(
    runs days: [String] = ["2026-10-31"],
    _ fill: (_ source: Shell, _ database: String) async throws -> Void
  ) async throws -> String {
    try await withTemporaryDatabase { first in
      try await withTemporaryDatabase { second in
        let folder = try TemporaryFolder()
        let (source, copy) = (Shell(database: first.url), Shell(database: second.url))
        try await fill(source, first.name)
        let out = try await source.run("billrun export > \(folder.path)/1.jsonl")
        #expect(out.status == 0, "\(out.story)")
        let taken = try await copy.run("billrun import \(folder.path)/1.jsonl")
        #expect(taken.status == 0, "\(taken.story)")
        let again = try await copy.run(
          "billrun export > \(folder.path)/2.jsonl; diff \(folder.path)/[12].jsonl | head -6")
        #expect(again.output.isEmpty, "\(again.output)")
        for day in days {
          var prints: [[String]] = []
          for shell in [source, copy] {
            let run = try await shell.run("billrun run --as-of \(day) --only bill --json")
            #expect([0, 65].contains(run.status), "\(run.story)")
            prints.append(
              run.output.split(separator: "\"").map(String.init).filter {
                $0.hasPrefix("sha256:")
              })
            let verified = try await shell.run("billrun verify")
            #expect(verified.status == 0, "\(verified.output)")
          }
          #expect(!prints[0].isEmpty && prints[0] == prints[1], "\(day)")
        }
        let text = try String(contentsOfFile: folder.path + "/1.jsonl", encoding: .utf8)
        return text
      }
    }
  }
}
