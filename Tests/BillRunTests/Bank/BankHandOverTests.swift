// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: a debit is collected by one file, and a person's word does not stand in its place.
@Suite struct BankHandOverTests {
  private static func resolve(
    _ outcome: ChargeOutcome, of attempt: Int64 = 1, _ bank: BankBooks
  ) async throws {
    let resolution = ChargeResolution(
      at: 1_793_700_000, by: "tester", asking: GatewaySet([bank.gateway]), asks: false)
    _ = try await resolution.resolve(attempt, as: outcome, on: bank.books.connection)
  }

  private static let withdrawn = ChargeOutcome.declined(code: "withdrawn", reference: nil)

  @Test("a debit in no file is not approved by hand, and goes into the next file")
  func unwritten() async throws {
    try await BankBooks.with(2) { bank in
      let error = await #expect(throws: BillRunError.self) {
        try await Self.resolve(.approved(reference: "X1"), bank)
      }
      #expect(error?.code == "debit_not_in_file" && error?.status == .dataError)
      #expect(error?.hint?.contains("billrun bank write") == true)
      let file = try await bank.handOver()
      #expect(file.debits == 2)
      // Whoever has seen its money may say so.
      try await Self.resolve(.approved(reference: "X1"), bank)
      try await expectTexts(
        bank.books, "select state from payment_attempt order by payment_attempt_id",
        ["approved", "pending"])
      try await expectSound(bank.books)
    }
  }

  @Test("a file with a debit that is declined is not handed over, nor written once more")
  func declined() async throws {
    try await BankBooks.with(2) { bank in
      let file = try #require(try await bank.write("2026-11-02").written.first)
      try await Self.resolve(Self.withdrawn, bank)
      let error = await #expect(throws: BillRunError.self) {
        try await BankFile.move(
          file.id, to: .handedOver, for: GatewaySet([bank.gateway]), at: 0, by: "tester",
          on: bank.books.connection)
      }
      #expect(error?.code == "bank_file_outdated" && error?.status == .dataError)
      #expect(error?.message.contains("INV-000001 declined") == true, "\(error?.message ?? "")")
      #expect(error?.hint?.contains("billrun bank acknowledge \(file.id)") == true)
      let folder = try TemporaryFolder()
      let next = try await bank.write("2026-11-02") { $0.folder = folder.path }
      #expect(next.restored.isEmpty)
      // Its other debit is taken out, too: then nothing of it is forgotten.
      #expect(try await bank.settle("2026-11-23").stuck == 1)
      try await Self.resolve(Self.withdrawn, of: 2, bank)
      #expect(try await bank.settle("2026-11-23").stuck == 0)
      try await expectSound(bank.books)
    }
  }

  @Test("a file of an invoice whose rejected debit was credited is not handed over before")
  func credited() async throws {
    try await BankBooks.with(1) { bank in
      let first = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      _ = try await bank.read(
        BankMessages.status(of: first, rejects: [id: "AM04"]), on: "2026-11-03")
      try await bank.charge("2026-11-09")
      try await bank.tell("2026-11-09")
      let second = try #require(try await bank.write("2026-11-10").written.first)
      _ = try await bank.read(
        BankMessages.statement("S1", [.told("10.00", id: id, on: "2026-11-16")]), on: "2026-11-16")
      let move = {
        try await BankFile.move(
          second.id, to: .handedOver, for: GatewaySet([bank.gateway]), at: 0, by: "tester",
          on: bank.books.connection)
      }
      let error = await #expect(throws: BillRunError.self) { try await move() }
      #expect(error?.message.contains("declined_collected") == true)
      let entry = try #require(
        try await BankEntry.list(onlyOpen: true, on: bank.books.connection).first)
      _ = try await BankEntry.clear(
        entry.id, payment: nil, note: "sent back", at: 0, by: "tester", on: bank.books.connection)
      #expect(try await move().isEmpty)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a file of an invoice that was paid since is handed over only where somebody says so",
    arguments: [("10.00", true), ("4.00", true), (nil, false)])
  func paid(amount: String?, isRefused: Bool) async throws {
    try await BankBooks.with(2) { bank in
      let file = try #require(try await bank.write("2026-11-02").written.first)
      if let amount {
        let transfer = BankMessages.Booking.transfer(
          amount, "INV-000001", reference: "A1", on: "2026-11-03")
        let reading = try await bank.read(
          BankMessages.statement("S1", [transfer]), on: "2026-11-03")
        #expect(reading.paysPending.map(\.invoice) == ["INV-000001"])
      }
      let move = { (isToldTo: Bool) in
        try await BankFile.move(
          file.id, to: .handedOver, evenIfPaid: isToldTo, for: GatewaySet([bank.gateway]), at: 0,
          by: "tester",
          on: bank.books.connection)
      }
      if isRefused {
        let error = await #expect(throws: BillRunError.self) { try await move(false) }
        #expect(error?.code == "bank_file_outdated" && error?.status == .dataError)
        #expect(error?.message.contains("INV-000001 paid") == true, "\(error?.message ?? "")")
        #expect(error?.hint?.contains("billrun bank hand-over \(file.id) --paid") == true)
        #expect(try await BankFile.read(file.id, on: bank.books.connection).state == .written)
        // It is in the folder, so that a person can decide.
        let folder = try TemporaryFolder()
        #expect(
          try await bank.write("2026-11-03") { $0.folder = folder.path }.restored.count == 1)
      }
      #expect(try await move(isRefused).isEmpty)
      #expect(try await BankFile.read(file.id, on: bank.books.connection).state == .handedOver)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "RULES 3: a debit of an invoice whose other payment was lost in a dispute is not collected",
    arguments: [false, true])
  func wentBack(isWritten: Bool) async throws {
    try await BankBooks.with(1) { bank in
      let file = try await isWritten ? bank.write("2026-11-02").written.first : nil
      let payments = PaymentOperations(at: 1_793_620_800, by: "tester")
      let payment = NewPayment(
        customer: 1, amount: 1000, currency: try #require(Currency(code: "eur")),
        date: try #require(LocalDate(iso: "2026-11-02")))
      try await bank.books.connection.operation {
        _ = try payments.record([payment], on: $0)
        try payments.openDispute(1, over: $0)
        try payments.endDispute(1, won: false, over: $0)
      }
      if let file {
        let move = { (isToldTo: Bool) in
          try await BankFile.move(
            file.id, to: .handedOver, evenIfPaid: isToldTo, for: GatewaySet([bank.gateway]), at: 0,
            by: "tester", on: bank.books.connection)
        }
        let error = await #expect(throws: BillRunError.self) { try await move(false) }
        #expect(error?.message.contains("INV-000001 money_went_back") == true)
        #expect(try await move(true).isEmpty)
      } else {
        #expect(try await bank.write("2026-11-02").written.isEmpty)
        try await expectTexts(
          bank.books,
          "select concat_ws(' ', a.state, a.decline_code, i.next_payment_attempt_on) "
            + "from payment_attempt a join invoice i using (invoice_id)", ["declined withdrawn"])
      }
      try await expectSound(bank.books)
    }
  }

  @Test("what was declined is not handed over, whatever else was paid")
  func paidAndDeclined() async throws {
    try await BankBooks.with(2) { bank in
      let file = try #require(try await bank.write("2026-11-02").written.first)
      try await Self.resolve(Self.withdrawn, of: 2, bank)
      let error = await #expect(throws: BillRunError.self) {
        try await BankFile.move(
          file.id, to: .handedOver, evenIfPaid: true, for: GatewaySet([bank.gateway]), at: 0,
          by: "tester",
          on: bank.books.connection)
      }
      #expect(error?.message.contains("INV-000002 declined") == true)
      #expect(error?.hint?.contains("--paid") == false)
    }
  }

  @Test("a rejected file is not written again")
  func rejected() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      _ = try await bank.read(
        BankMessages.status(of: file, group: "RJCT", reason: "FF01"), on: "2026-11-03")
      let writer = BankWriter(
        database: bank.books.database, gateways: GatewaySet([bank.gateway]), user: "tester")
      let error = await #expect(throws: BillRunError.self) {
        try await writer.writeAgain(file.id, to: bank.folder.path)
      }
      #expect(error?.code == "bank_file_outdated" && error?.status == .dataError)
    }
  }
}
