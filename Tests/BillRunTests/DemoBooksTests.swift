// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct DemoBooksTests {
  private func text(customers: Int, seed: UInt64, isPlain: Bool = false) -> String {
    var bytes: [UInt8] = []
    DemoBooks(customers: customers, seed: seed, isPlain: isPlain).write {
      bytes += $0
      return true
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("the same seed gives the same bytes, and more customers only add some")
  func seed() {
    #expect(text(customers: 50, seed: 3) == text(customers: 50, seed: 3))
    #expect(text(customers: 50, seed: 3) != text(customers: 50, seed: 4))
    #expect(text(customers: 60, seed: 3).hasPrefix(text(customers: 50, seed: 3)))
  }

  @Test("a reader that goes away ends it")
  func goneReader() {
    var pieces = 0
    DemoBooks(customers: 1_000_000, seed: 1).write { _ in
      pieces += 1
      return false
    }
    #expect(pieces == 1)
  }

  @Test("the demo's books are imported without a refused line", arguments: [1, 2] as [UInt64])
  func imported(seed: UInt64) async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      let report = try await ImportBooks.run(
        lines: text(customers: 3000, seed: seed), on: connection)
      #expect(report.isTaken, "\(report.faults.prefix(5))")
      // What a run holds: no price yet, no rate yet, an amount too large.
      let held = """
        select count(*)::text from customer c
        where exists (select from subscription s join plan p using (plan_id)
                      where s.customer_id = c.customer_id and (p.code like '%-far'
                        or s.quantity > 1e14))
           or 'far' = any(c.taxes)
        """
      let count = try await ImportBooks.value(held, on: connection).flatMap { Int($0) } ?? 0
      #expect(1...20 ~= count)
      let currencies = "select count(distinct currency)::text from customer"
      #expect(try await ImportBooks.value(currencies, on: connection) == "4")
    }
  }

  @Test("plain books have a subscription with one add-on and one tax for each customer")
  func plain() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      let report = try await ImportBooks.run(
        lines: text(customers: 10, seed: 1, isPlain: true), on: connection)
      #expect(report.counts.map(\.created) == [1, 1, 2, 10, 10])
      let shape = """
        select count(*)::text from subscription s
        join subscription_addon a using (subscription_id) join customer c using (customer_id)
        where s.start_date = '2026-12-01' and a.slot = 1 and c.taxes = '{sales}'
        """
      #expect(try await ImportBooks.value(shape, on: connection) == "10")
    }
  }
}
