// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: final is counted from when the bank can have collected, or has.
@Suite struct BankLateTests {
  /// Writes what is to be collected on Monday 2026-11-16, and hands it over on some day.
  private static func handOver(
    _ day: String, minute: Int64 = 540, to state: BankFile.State = .handedOver, _ bank: BankBooks,
    by gateways: [BankFileGateway]? = nil
  ) async throws -> [LateBlock] {
    let file = try #require(try await bank.write("2026-11-02").written.first)
    let day = try #require(LocalDate(iso: day))
    return try await BankFile.move(
      file.id, to: state, for: GatewaySet(gateways ?? [bank.gateway]),
      at: Int64(day.daysSince1970) * 86_400 + minute * 60, by: "tester",
      on: bank.books.connection)
  }

  private static func expectFinal(_ days: [String], _ bank: BankBooks) async throws {
    try await expectTexts(
      bank.books, "select concat_ws(' ', collected_on, final_on) from bank_block", days)
  }

  @Test(
    "a file that is handed over in time is final as it says",
    arguments: ["2026-11-02", "2026-11-13"])
  func inTime(day: String) async throws {
    try await BankBooks.with(2) { bank in
      #expect(try await Self.handOver(day, bank).isEmpty)
      try await Self.expectFinal(["2026-11-16 2026-11-23"], bank)
      #expect(try await bank.settle("2026-11-23").approved == 2)
    }
  }

  @Test(
    "a file that is handed over late is final later, and not paid the same minute",
    arguments: [BankFile.State.handedOver, .acknowledged])
  func late(state: BankFile.State) async throws {
    try await BankBooks.with(2) { bank in
      let late = try await Self.handOver("2026-11-24", to: state, bank)
      #expect(late.map(\.collectedOn.description) == ["2026-11-16"])
      #expect(late.map(\.collectableOn.description) == ["2026-11-25"])
      #expect(late.map(\.finalOn.description) == ["2026-12-02"])
      #expect(late.first?.text.contains("final on 2026-12-02") == true)
      var writer = JSONWriter()
      try await BankFile.read(1, on: bank.books.connection).write(to: &writer, late: late)
      #expect(writer.text.contains(#""collectable_on":"2026-11-25""#), "\(writer.text)")
      #expect(try await bank.settle("2026-11-24").approved == 0)
      #expect(try await bank.charge("2026-11-24").count("approved") == 0)
      #expect(try await bank.settle("2026-12-01").approved == 0)
      #expect(try await bank.settle("2026-12-02").approved == 2)
      try await expectSound(bank.books)
    }
  }

  @Test("after the bank's cut-off it is the next day, by the settings of the gateway")
  func cutOff() async throws {
    try await BankBooks.with(1, { $0.cutOff = 600 }) { bank in
      let late = try await Self.handOver("2026-11-13", minute: 600, bank)
      #expect(late.map(\.collectableOn.description) == ["2026-11-17"])
      try await Self.expectFinal(["2026-11-16 2026-11-24"], bank)
    }
    // The settings have it no longer.
    try await BankBooks.with(1) { bank in
      let late = try await Self.handOver("2026-11-24", bank, by: [])
      #expect(late.map(\.finalOn.description) == ["2026-12-02"])
    }
  }

  @Test("an answer to a file that nobody noted as handed over counts from its day")
  func answered() async throws {
    try await BankBooks.with(2) { bank in
      let file = try #require(try await bank.write("2026-11-02").written.first)
      let reading = try await bank.read(
        BankMessages.status(of: file, group: "ACCP"), on: "2026-11-24")
      #expect(reading.answered == 1)
      #expect(try await bank.settle("2026-11-24").approved == 0)
      try await Self.expectFinal(["2026-11-16 2026-12-02"], bank)
    }
  }

  @Test("money that a statement booked late is final later, and a return before that is a decline")
  func booked() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      _ = try await bank.read(
        BankMessages.statement("S1", [.batch(of: file, amount: "20.00", on: "2026-11-20")]),
        on: "2026-11-20")
      // It is told at once.
      try await Self.expectFinal(["2026-11-16 2026-11-27"], bank)
      #expect(try await bank.settle("2026-11-23").approved == 0)
      let back = BankMessages.Booking.returned(
        try await bank.endToEnd(1), "AM04", on: "2026-11-25")
      let reading = try await bank.read(BankMessages.statement("S2", [back]), on: "2026-11-25")
      #expect(reading.declined == 1 && reading.returned == 0, "\(reading.text)")
      #expect(try await bank.settle("2026-11-26").approved == 0)
      let settled = try await bank.settle("2026-11-27")
      #expect(settled.approved == 1 && settled.booked == 1000)
      try await expectSound(bank.books)
    }
  }
}
