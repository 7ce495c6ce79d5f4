// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Foundation
import Postgres
import TestSupport
import Testing

/// RULES 4: what a statement of one account tells is no booking of another.
@Suite struct BankAccountTests {
  private typealias Booking = BankMessages.Booking

  private static let other = "DE02120300000000202051"

  private static func read(
    _ booking: Booking, of account: String?, _ bank: BankBooks
  ) async throws -> BankReading {
    let id = UUID().uuidString
    let path = "\(bank.folder.path)/\(id).in"
    let xml =
      account.map { BankMessages.statement(id, [booking], iban: $0) }
      ?? BankMessages.statement(id, [booking])
    try Data(xml.utf8).write(to: URL(filePath: path))
    let settings = BankFileSettings(
      creditorID: bank.gateway.settings.creditorID, iban: try #require(IBAN(other)))
    let second = BankFileGateway(name: "second", settings: settings)
    return try await BankReader(
      gateways: GatewaySet([bank.gateway, second]), at: 1_795_608_000, by: "tester"
    ).read(path, on: bank.books.connection)
  }

  @Test(
    "what two accounts have of a debit are two bookings",
    arguments: [true, false], ["R1", nil] as [String?])
  func accounts(isReturn: Bool, reference: String?) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      var one = block
      if isReturn {
        _ = try await Self.read(block, of: nil, bank)
        one = .returned(try await bank.endToEnd(1), "AC04", on: "2026-11-17")
      }
      one.reference = reference
      #expect(try await Self.read(one, of: Self.other, bank).unmatched.isEmpty)
      let reading = try await Self.read(one, of: nil, bank)
      #expect(
        reading.unmatched.map(\.reason) == [isReturn ? "returned_again" : "booked_again"],
        "\(reading.text)")
      // The account that it was taken of has told it.
      var again = one
      again.info = "again"
      #expect(try await Self.read(again, of: Self.other, bank).unmatched.isEmpty)
      try await expectSound(bank.books)
    }
  }
}
