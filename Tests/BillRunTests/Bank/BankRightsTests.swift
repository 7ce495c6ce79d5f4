// SPDX-License-Identifier: Apache-2.0
import Foundation
import Postgres
import TestSupport
import Testing

@testable import BillRun

/// Bank files by the roles of `migrate grants`: `run` writes, reads and settles, people clear.
@Suite struct BankRightsTests {
  private typealias Booking = BankMessages.Booking

  private static let settings = """
    gateways:
      bank:
        kind: bank-file
        creditor_id: DE98ZZZ09999999999
        iban: DE89370400440532013000
        notice: elsewhere

    """

  /// A seller with three customers who are debited, and one who pays by transfer.
  private static var lines: String {
    let customers = (1...4).map { id in
      """
      {"object":"customer","id":\(id),"name":"No \(id)","country":"DE","autopay":\(id < 4)\
      \(id < 4 ? source(id) : "")}
      {"object":"subscription","id":\(id),"customer":\(id),"plan":"pro","start_date":"2026-01-01"}

      """
    }
    return """
      {"object":"seller","id":"acme","name":"Acme","country":"DE","currency":"eur",\
      "time_zone":"UTC"}
      {"object":"plan","id":"pro","name":"Pro","currency":"eur","interval":"year","amount":49}

      """ + customers.joined()
  }

  private static func source(_ id: Int) -> String {
    """
    ,"payment_source":{"object":"bank_account","gateway":"bank","token":"\(BankBooks.iban(id))",\
    "mandate":{"id":"M-\(id)","signed_on":"2025-12-15"}}
    """
  }

  private static func put(_ text: String, as name: String, _ books: RoleBooks) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(books.folder.path)/\(name)"))
  }

  private static func endToEnd(_ invoice: Int, _ books: RoleBooks) async throws -> String {
    try #require(
      try await books.texts(
        "select end_to_end_id from billing.bank_debit join billing.payment_attempt "
          + "using (payment_attempt_id) where invoice_id = \(invoice)"
      ).first)
  }

  private static func clear(
    _ reason: String, _ how: String, _ books: RoleBooks
  ) async throws {
    let ids = try await books.texts(
      "select bank_entry_id::text from billing.bank_entry where cleared_at is null "
        + "and reason like '\(reason)%'")
    let id = try #require(ids.first, "\(reason)")
    try await RolesTests.expect(
      [.init(command: "bank clear \(id) \(how) --note x", roles: [.run, .operator])], books)
    let open = try await books.texts(
      "select reason from billing.bank_entry where cleared_at is null and bank_entry_id = \(id)")
    #expect(open.isEmpty)
  }

  @Test("bank files are written, read, settled and cleared by the roles that are meant to")
  func commands() async throws {
    try await RolesTests.with { books in
      try Self.put(Self.settings, as: "billrun.yaml", books)
      try Self.put(Self.lines, as: "bank.jsonl", books)
      let set = "--settings FOLDER/billrun.yaml"
      try await RolesTests.expect(
        [
          .init(command: "import FOLDER/bank.jsonl \(set)", roles: [.operator]),
          .init(command: "run --as-of 2026-01-20 --only bill", roles: [.run]),
          .init(command: "charge --as-of 2026-01-20 \(set)", roles: [.run]),
          .init(
            command: "bank write --as-of 2026-01-20 --output FOLDER \(set)", roles: [.run]),
        ], books)
      // Who was refused has drawn an id.
      let id = try #require(try await BankFile.list(on: books.connection).first).id
      try await RolesTests.expect(
        [.init(command: "bank hand-over \(id)", roles: [.run, .operator])], books)
      try await books.connection.run(
        script: """
          update billing.bank_block set collected_on = '2026-02-02', final_on = '2026-02-09'
          """)
      let file = try #require(try await BankFile.list(on: books.connection).first)
      #expect(file.debits == 3 && file.state == .handedOver)
      let rejected = try await Self.endToEnd(3, books)
      try Self.put(
        BankMessages.status(of: file, rejects: [rejected: "AC04"]), as: "status.xml", books)
      let block = Booking.batch(of: file, amount: "97.50", on: "2026-02-02")
      try Self.put(
        BankMessages.statement(
          "S1", [block],
          balances: [.init("OPBD", "0.00", "2026-02-02"), .init("CLBD", "97.50", "2026-02-02")]),
        as: "block.xml", books)
      try await RolesTests.expect(
        [
          .init(command: "bank read FOLDER/status.xml \(set)", roles: [.run]),
          .init(command: "bank read FOLDER/block.xml \(set)", roles: [.run]),
        ], books)
      try await Self.clear("block_differs", "--collected", books)
      try await RolesTests.expect([.init(command: "bank settle", roles: [.run])], books)
      let first = try await Self.endToEnd(1, books)
      var fee = Booking.told("3.50", text: "Ruecklastschrift Entgelt", on: "2026-02-11")
      fee.isCredit = false
      try Self.put(
        BankMessages.statement(
          "S2",
          [
            .returned(first, "AM04", amount: "52.50", on: "2026-02-10"), fee,
            .told("49.00", id: rejected, on: "2026-02-10"),
            .transfer("49.00", "INV-000004", reference: "A1", on: "2026-02-10"),
            .transfer("7.00", "Hello", reference: "A2", on: "2026-02-10"),
          ]), as: "back.xml", books)
      try await RolesTests.expect(
        [.init(command: "bank read FOLDER/back.xml \(set)", roles: [.run])], books)
      try await Self.clear("return_unknown", "--fee", books)
      try await Self.clear("declined_collected", "", books)
      try await Self.clear("a customer", "", books)
      #expect(
        try await books.texts(
          "select concat_ws(' ', invoice_id, state) from billing.payment_attempt order by 1")
          == ["1 returned", "2 approved", "3 declined"])
      #expect(
        try await books.texts(
          "select settled_minor::text from billing.invoice where invoice_id = 4") == ["4900"])
      let all = Set(Roles.Duty.allCases)
      try await RolesTests.expect(
        [
          .init(command: "bank list", roles: all), .init(command: "bank show \(id)", roles: all),
          .init(command: "bank entries --open", roles: all),
          .init(command: "report collections --from 2026-01-01 --to 2026-03-01", roles: all),
        ], books)
      let sound = try await books.shell(.report).run("billrun verify")
      #expect(sound.status == 0, "\(sound.output)")
    }
  }
}
