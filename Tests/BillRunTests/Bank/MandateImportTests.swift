// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import TestSupport
import Testing

/// What an import refuses of an account that is debited by files.
@Suite struct MandateImportTests {
  private static func line(token: String, mandate: String, object: String = "bank_account")
    -> String
  {
    #"{"object":"customer","id":7,"name":"K","payment_source":{"object":"\#(object)","#
      + #""gateway":"bank","token":"\#(token)","mandate":\#(mandate)}}"#
  }

  private static let good = #"{"id":"M-1","signed_on":"2026-01-15"}"#

  @Test("IBANs and mandates are checked field by field, and no account's number is shown")
  func refused() async throws {
    let iban = "DE89370400440532013000"
    let wrong = "DE88370400440532013000"
    let rows: [(token: String, mandate: String, faults: [String])] = [
      (iban, Self.good, []), ("DE89 3704 0044 0532 0130 00", "null", []),
      (wrong, Self.good, ["payment_source.token: expected an IBAN whose check digits are right"]),
      (iban, #"{"signed_on":"2026-02-30"}"#, [".id: ", ".signed_on: "]),
      (iban, #"{"id":"M 1","signed_on":"2026-01-15"}"#, [".id: "]),
      (iban, #"{"id":7,"signed_on":20260115}"#, [".id: ", ".signed_on: "]),
      (
        iban,
        #"{"id":"M","signed_on":"2026-01-15","scheme":"x","notice_days":91,"sequence":"LAST"}"#,
        [".notice_days: ", ".scheme: ", ".sequence: "]
      ),
      (iban, #"{"id":"M","signed_on":"2026-01-15","bic":"X"}"#, [".bic: "]),
      // What another gateway keeps there is its own.
      ("cus_1/ba_1", #"{"id":"mandate_1"}"#, []),
    ]
    for row in rows {
      try await withBooks { books in
        try await books.seller()
        let report = try await ImportBooks.run(
          lines: Self.line(token: row.token, mandate: row.mandate), on: books.connection)
        let found = report.faults.map { "\($0)" }
        #expect(report.isTaken == row.faults.isEmpty, "\(row.mandate) \(found)")
        #expect(found.count == row.faults.count, "\(found)")
        for (found, wanted) in zip(found, row.faults) {
          #expect(found.contains(wanted), "\(found)")
          #expect(!found.contains(wrong))
        }
      }
    }
  }

  @Test("a mandate is signed by now, and of one customer of a seller")
  func others() async throws {
    let line = { (customer: Int, mandate: String) in
      Self.line(token: "DE89370400440532013000", mandate: mandate)
        .replacing("\"id\":7", with: "\"id\":\(customer)")
    }
    try await withBooks { books in
      try await books.seller()
      let early = try await ImportBooks.run(
        lines: line(7, #"{"id":"M-1","signed_on":"2199-01-01"}"#), on: books.connection)
      #expect(early.faults.map { $0.field } == ["payment_source.mandate.signed_on"])
      let both = try await ImportBooks.run(
        lines: line(7, Self.good) + "\n" + line(8, Self.good), on: books.connection)
      #expect(both.faults.count == 2 && !both.isTaken)
      for _ in 1...2 {
        let one = try await ImportBooks.run(lines: line(7, Self.good), on: books.connection)
        #expect(one.isTaken)
      }
      let next = try await ImportBooks.run(lines: line(8, Self.good), on: books.connection)
      #expect(next.faults.map { $0.field } == ["payment_source.mandate.id"])
    }
  }

  @Test("what is shown of a wrong number is its country and end")
  func masked() async throws {
    try await withBooks { books in
      try await books.seller()
      let report = try await ImportBooks.run(
        lines: Self.line(token: "DE88370400440532013000", mandate: "null"), on: books.connection)
      #expect(report.faults.first?.found == "\"DE…3000\"")
    }
  }
}
