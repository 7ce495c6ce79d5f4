// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

/// A look at what a run would do, its manifest, and a run of just that (DESIGN 1.3, 8).
@Suite struct DryRunTests {
  @Test("a dry run leaves nothing but its manifest, and committing that is the run")
  func commit() async throws {
    let undisturbed = try await Undisturbed.shared.outcome()
    try await withManifest { path in
      try await withBooks { books in
        try await books.ofAllKinds()
        let before = try await books.dump()
        let dry = try await books.rehearse("2026-11-30", to: path)
        #expect(dry.kind == "dry")
        #expect(dry.fingerprint == undisturbed.fingerprint)
        #expect(dry.discrepancies == [])
        #expect(dry.exitCode == .dataError)
        expectSame(try await books.dump(), before)
        #expect(try await books.text("select count(*) from run") == "0")
        let first = try Data(contentsOf: URL(filePath: path))
        _ = try await books.rehearse("2026-11-30", to: path, lanes: 1)
        #expect(try Data(contentsOf: URL(filePath: path)) == first)

        let runs = try await books.commit(path)
        #expect(runs.map(\.fingerprint) == [undisturbed.fingerprint])
        #expect(runs[0].totals == dry.totals)
        #expect(runs[0].reasons.map(\.code) == dry.reasons.map(\.code))
        expectSame(try await books.dump(), undisturbed.dump)
        try await expectSound(books)
        #expect(try await books.differences(path, "\(runs[0].id ?? 0)") == [])
        // To the letter, also where nothing differs in sum.
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        for line in lines.dropFirst().dropLast() {
          let same = try await books.text(
            """
            select case when m.entry::jsonb = d.doc then 'same'
              else m.entry || ' is not ' || d.doc end
            from (select $doc$\(line)$doc$::jsonb as doc) d
            join run_manifest m on m.customer_id = (d.doc ->> 'customer')::bigint
            """)
          #expect(same == "same")
        }

        // Once is enough.
        let error = await #expect(throws: BillRunError.self) { try await books.commit(path) }
        #expect(error?.code == "manifest_committed")
        try await expectSound(books)
      }
    }
  }

  @Test(
    "a payer with the due periods of several batches leaves none out, nor does a small batch",
    arguments: [1, 2, 5, 2_000])
  func gaps(batchSize: Int) async throws {
    let undisturbed = try await Undisturbed.shared.outcome()
    try await withManifest { path in
      try await withBooks { books in
        try await books.ofAllKinds()
        let usual = try await books.rehearse("2026-11-30", to: path)
        let wanted = try Data(contentsOf: URL(filePath: path))
        let dry = try await books.rehearse("2026-11-30", to: path, batchSize: batchSize)
        #expect(dry.fingerprint == undisturbed.fingerprint)
        #expect(try Data(contentsOf: URL(filePath: path)) == wanted)
        // The first line and the last are of the whole.
        #expect(Int64(wanted.count { $0 == UInt8(ascii: "\n") }) == usual.population + 2)
        let runs = try await books.commit(path) { $0.batchSize = batchSize }
        #expect(runs.map(\.fingerprint) == [undisturbed.fingerprint])
        try await expectSound(books)
      }
    }
  }

  @Test("what was billed beside a payer whom the database refuses is taken back as well")
  func refused() async throws {
    try await withManifest { path in
      try await withBooks { books in
        try await books.ofAllKinds()
        try await books.run(
          """
          create function refuse() returns trigger language plpgsql as
            $$ begin raise exception 'not him'; end $$;
          create trigger refuse before insert on invoice for each row
            when (new.customer_id in (6, 12)) execute function refuse();
          """)
        let before = try await books.dump()
        let dry = try await books.rehearse("2026-11-30", to: path)
        #expect(dry.reasons.contains { $0.code == "database_refused" && $0.accounts == 2 })
        expectSame(try await books.dump(), before)
        #expect(try await books.text("select count(*) from run") == "0")
        let runs = try await books.commit(path)
        #expect(runs.map(\.fingerprint) == [dry.fingerprint])
        #expect(runs[0].totals == dry.totals)
        try await expectSound(books)
      }
    }
  }

  @Test("a manifest that lacks an account of the run is an error, and no file")
  func lacking() async throws {
    try await withManifest { path in
      try await withBooks { books in
        try await books.fourMonthly()
        let step = Step()
        let engine = try books.engine("2026-11-01", lanes: 1) { options in
          options.fault = { if $0 == .claimed { step.pause() } }
        }
        let dry = Task { try await engine.rehearse(manifest: path) }
        while !step.isPaused { try await Task.sleep(for: .milliseconds(5)) }
        // A batch that was not there when the file was begun.
        try await books.run(
          """
          update run set population = 5;
          insert into run_batch (run_id, batch_no, payer_ids) select run_id, 99, '{4}' from run
          """)
        step.go()
        let error = await #expect(throws: BillRunError.self) { _ = try await dry.value }
        #expect(error?.message.contains("the manifest has 4 accounts, the run 5") == true)
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try await books.text("select count(*) from run") == "0")
      }
    }
  }

  @Test("whoever has changed since the manifest is held, and billed by the next run")
  func changed() async throws {
    try await withManifest { path in
      try await withBooks { books in
        try await books.fourMonthly()
        _ = try await books.rehearse("2026-11-01", to: path)
        try await books.run("update subscription set quantity = 2 where subscription_id = 2")
        try await books.price(of: "big", "31", from: "2026-11-01")
        let runs = try await books.commit(path)
        #expect(runs[0].accounts(.invoiced) == 2)
        #expect(runs[0].exitCode == .dataError)
        #expect(
          try await books.texts(
            "select customer_id || ' ' || code from hold where released_at is null order by 1")
            == ["2 inputs_changed", "3 outputs_changed"])
        let next = try await books.bill("2026-11-01")
        #expect(next[0].totals.map(\.total) == [2000 + 3100])
        #expect(try await books.text("select count(*) from hold where released_at is null") == "0")
        try await expectSound(books)
      }
    }
  }

  @Test("a commit that dies goes on, and still holds who has changed")
  func crash() async throws {
    try await withManifest { path in
      try await withBooks { books in
        try await books.fourMonthly()
        _ = try await books.rehearse("2026-11-01", to: path)
        try await books.run("update subscription set quantity = 2 where subscription_id = 4")
        await #expect(throws: Crash.self) {
          try await books.commit(path) { options in
            options.batchSize = 1
            let once = Once(on: 2)
            options.fault = { if $0 == .batchCommitted, once.first() { throw Crash() } }
          }
        }
        let runs = try await books.commit(path)
        #expect(runs.count == 1)
        #expect(runs[0].reasons.contains { $0.code == "inputs_changed" && $0.accounts == 1 })
        let next = try await books.bill("2026-11-01")
        #expect(next[0].accounts(.invoiced) == 1)
        #expect(try await books.text("select count(*) from invoice") == "4")
        try await expectSound(books)
      }
    }
  }

  @Test("a file that is cut off, changed, of other books or none is refused, and nothing is billed")
  func damaged() async throws {
    try await withManifest { path in
      try await withBooks { books in
        try await books.fourMonthly()
        _ = try await books.rehearse("2026-11-01", to: path)
        let lines = try String(contentsOfFile: path, encoding: .utf8)
          .split(separator: "\n").map(String.init)
        #expect(lines.count == 6)
        func edited(_ old: String, _ new: String) -> [String] {
          lines.map { $0.replacing(old, with: new) }
        }
        let edits: [[String]] = [
          Array(lines.dropLast()), Array(lines[..<2] + lines[3...]), lines + [lines[1] + "{"],
          [lines[0], lines[2], lines[1]] + Array(lines[3...]),
          edited("\"outputs\":\"", "\"outputs\":\"00"), edited("\"books\":\"", "\"books\":\"1"),
          edited("\"invoice_date\":\"2026-11-01", "\"invoice_date\":\"2026-11-02"),
          edited("\"total\":10.00", "\"total\":10.01"),
        ]
        #expect(edits.allSatisfy { $0 != lines })
        let noManifests = ["", "hello\n", "[1]\n{}\n", "\u{0}\u{1}\u{2}"]
        let damages = edits.map { $0.joined(separator: "\n") } + noManifests
        for damage in damages {
          try damage.write(toFile: path, atomically: true, encoding: .utf8)
          let error = await #expect(throws: BillRunError.self) { try await books.commit(path) }
          #expect(error?.code == "manifest_invalid", "\(damage.prefix(40))")
        }
        #expect(try await books.text("select count(*) from run") == "0")
      }
    }
  }

  @Test("a run that is not finished is finished first")
  func unfinished() async throws {
    try await withManifest { path in
      try await withBooks { books in
        try await books.fourMonthly()
        await #expect(throws: Crash.self) {
          try await books.bill("2026-11-01") { options in
            options.fault = { if $0 == .claimed { throw Crash() } }
          }
        }
        let error = await #expect(throws: BillRunError.self) {
          try await books.rehearse("2026-11-01", to: path)
        }
        #expect(error?.code == "run_unfinished")
        #expect(error?.status == .tryAgain)
        // Nor is anybody billed whom a manifest does not name.
        try await books.bill("2026-11-01")
        _ = try await books.rehearse("2026-12-01", to: path)
        await #expect(throws: Crash.self) {
          try await books.bill("2026-12-01") { options in
            options.fault = { if $0 == .claimed { throw Crash() } }
          }
        }
        let second = await #expect(throws: BillRunError.self) { try await books.commit(path) }
        #expect(second?.code == "run_unfinished")
        try FileManager.default.removeItem(atPath: path)
        #expect(!FileManager.default.fileExists(atPath: path))
      }
    }
  }

  @Test("runs are listed with a dry run at work, and without one that was killed")
  func listed() async throws {
    try await withManifest { path in
      try await withBooks { books in
        try await books.fourMonthly()
        // 1: it is at work, 2: it may go on.
        let step = Step()
        async let dry = books.engine("2026-11-01") { options in
          options.fault = { if $0 == .claimed { step.pause() } }
        }.rehearse(manifest: path)
        while !step.isPaused { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try await RunSummary.newest(on: books.connection) == [1])
        step.go()
        #expect(try await dry[0].invoices == 4)
        // What one leaves that is killed.
        try await books.run(
          """
          insert into run (kind, seller_id, as_of, invoice_date, posting, state, population, scope,
            options, program)
          select 'dry', seller_id, '2026-11-01', '2026-11-01', 'direct', 'processing', 4, '{}',
            '{}', 'test' from seller
          """)
        #expect(try await RunSummary.newest(on: books.connection) == [])
        let runs = try await books.bill("2026-11-01")
        #expect(try await RunSummary.newest(limit: 1, on: books.connection) == runs.map(\.id))
        _ = try await books.rehearse("2026-12-01", to: path)
        #expect(try await books.text("select count(*) from run") == "1")
      }
    }
  }

  @Test("a month is held against the one before: who is new, gone or changed, and why")
  func comparison() async throws {
    try await withManifest { path in
      try await withBooks { books in
        try await books.taxRate("de19", "19")
        try await books.fourMonthly()
        try await books.coupon("tenth", "10")
        for id in 5...9 {
          try await books.customer(id)
          try await books.subscription(id, of: id, "small", from: "2026-11-01")
        }
        let november = try await books.bill("2026-11-01")
        try await books.price(of: "big", "31", from: "2026-12-01")
        try await books.run(
          """
          update subscription set quantity = 3 where subscription_id = 2;
          insert into subscription_discount (subscription_id, position, coupon_id) values (4, 1, 1);
          update customer set taxes = '{de19}' where customer_id = 5;
          update subscription set plan_id = 2 where subscription_id = 6;
          update subscription set paused = true where subscription_id = 7
          """)
        try await books.addon("small", slot: 1, on: 8)
        try await books.customer(10)
        try await books.subscription(10, of: 10, "small", from: "2026-12-01")
        _ = try await books.rehearse("2026-12-01", to: path)
        expectSame(
          try await books.differences("\(november[0].id ?? 0)", path),
          [
            "2 changed quantity 10.00 30.00", "3 changed price 30.00 31.00",
            "4 changed discount 10.00 9.00", "5 changed tax 10.00 11.90",
            "6 changed plan 10.00 31.00", "7 gone paused 10.00 -",
            "8 changed added 10.00 30.00", "10 new not_in_first - 10.00",
          ])
      }
    }
  }
}

extension Books {
  /// Four customers with a plan by the month each, 10.00 but for the third's 30.00.
  fileprivate func fourMonthly() async throws {
    try await seller()
    try await plan("small", "10")
    try await plan("big", "30")
    for id in 1...4 {
      try await customer(id)
      try await subscription(id, of: id, id == 3 ? "big" : "small", from: "2026-11-01")
    }
  }

  @discardableResult
  fileprivate func rehearse(
    _ asOf: String, to path: String, lanes: Int = 2, batchSize: Int = 6
  ) async throws -> RunSummary {
    try await engine(asOf, lanes: lanes) { $0.batchSize = batchSize }.rehearse(manifest: path)[0]
  }

  @discardableResult
  fileprivate func commit(
    _ path: String, _ change: (inout BillRunOptions) -> Void = { _ in }
  ) async throws -> [RunSummary] {
    // The day is the manifest's.
    try await bill("2026-11-01") { options in
      options.manifest = path
      change(&options)
    }
  }

  fileprivate func differences(_ first: String, _ second: String) async throws -> [String] {
    let comparison = try await ManifestComparison(first, second, on: connection)
    return try await comparison.differences(on: connection).map { one in
      let (before, after) = (one.before ?? "-", one.after ?? "-")
      return
        "\(one.customer) \(one.change) \(one.reasons.joined(separator: ", ")) \(before) \(after)"
    }
  }
}

/// Where a run waits for the test.
private final class Step: Sendable {
  private let state = Mutex(0)

  var isPaused: Bool { state.withLock { $0 == 1 } }

  func go() { state.withLock { $0 = 2 } }

  func pause() {
    state.withLock { $0 = max($0, 1) }
    while isPaused { usleep(5_000) }
  }
}

/// Lends the path of a file that is not there yet.
private func withManifest(_ body: (String) async throws -> Void) async throws {
  let path = FileManager.default.temporaryDirectory
    .appending(path: "manifest-\(UUID().uuidString).jsonl").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  try await body(path)
}
