// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Foundation
import Postgres
import TestSupport
import Testing

/// What the tests of bank files have in common: customers who owe 10.00 of 2026-11-01, a Sunday,
/// by direct debit.
struct BankBooks: Sendable {
  let books: Books
  let gateway: BankFileGateway
  let folder: TemporaryFolder

  /// Lends books with so many customers, billed, charged and told of it on 2026-11-01.
  static func with(
    _ customers: Int = 2, told: Bool = true, mandate: String = "",
    _ change: (inout BankFileSettings) -> Void = { _ in },
    _ body: (BankBooks) async throws -> Void
  ) async throws {
    let gateway = try Self.gateway(change)
    try await withBooks { books in
      let bank = BankBooks(books: books, gateway: gateway, folder: try TemporaryFolder())
      try await books.seller()
      try await books.plan("pro", "10")
      for id in 1...customers {
        try await books.customer(id, ["autopay": "true", "name": "Käufer & Söhne \(id)"])
        try await bank.source(id, mandate: mandate)
        try await books.subscription(id, of: id, "pro", from: "2026-11-01")
      }
      try await books.bill("2026-11-01")
      try await bank.charge("2026-11-01")
      if told { try await bank.tell("2026-11-01") }
      try await body(bank)
    }
  }

  /// Lends books of customers who owe 10.00 each, and pay by themselves; they are sound after.
  static func withOwing(
    _ customers: Int = 3, _ body: (BankBooks) async throws -> Void
  ) async throws {
    try await Self.with(customers) { bank in
      try await bank.books.run("update customer set autopay = false")
      try await bank.books.run("delete from payment_attempt; update invoice set autopay = false")
      try await body(bank)
      try await expectSound(bank.books)
    }
  }

  static func gateway(
    _ change: (inout BankFileSettings) -> Void = { _ in }
  ) throws -> BankFileGateway {
    var settings = BankFileSettings(
      creditorID: try #require(CreditorID("DE98ZZZ09999999999")),
      iban: try #require(IBAN("DE89370400440532013000")))
    change(&settings)
    return BankFileGateway(name: "bank", settings: settings)
  }

  /// An account of a customer, with the right check digits.
  static func iban(_ number: Int) -> String {
    let digits = String(number)
    let account = String(repeating: "0", count: 10 - digits.count) + digits
    // D is 13 and E is 14; 62 places are too many for an Int, so the rest goes along.
    let rest = "37040044\(account)131400".reduce(0) { ($0 * 10 + ($1.wholeNumberValue ?? 0)) % 97 }
    let check = 98 - rest
    return "DE\(check < 10 ? "0" : "")\(check)37040044\(account)"
  }

  /// Gives a customer an account with a mandate.
  func source(_ customer: Int, account: Int? = nil, mandate: String = "") async throws {
    try await books.run(
      """
      update payment_source set removed_at = now()
      where customer_id = \(customer) and removed_at is null;
      insert into payment_source (customer_id, object, gateway, token, mandate)
      values (\(customer), 'bank_account', 'bank', '\(Self.iban(account ?? customer))',
        '{"id": "M-\(customer)", "signed_on": "2026-01-15"\(mandate)}')
      """)
  }

  /// Puts an email of each invoice into the outbox, at noon of a day.
  func tell(_ day: String, of invoice: Int? = nil) async throws {
    try await books.run(
      """
      insert into message (customer_id, invoice_id, channel, template, queued_at)
      select customer_id, invoice_id, 'email', 'invoice', '\(day) 12:00+00' from invoice
      where invoice_id = coalesce(\(invoice.map(String.init) ?? "null"), invoice_id)
      """)
  }

  private func clock(_ day: String, minute: Int64) throws -> WallClock {
    let day = try #require(LocalDate(iso: day))
    let moment = Int64(day.daysSince1970) * 86_400 + minute * 60
    return WallClock(now: { moment })
  }

  @discardableResult
  func charge(_ asOf: String) async throws -> ChargeSummary {
    let day = try #require(LocalDate(iso: asOf))
    return try await ChargeEngine(
      database: books.database, gateways: GatewaySet([gateway]),
      options: ChargeOptions(asOf: .day(day)), clock: try clock(asOf, minute: 720), user: "tester"
    ).charge()
  }

  /// Charges an invoice at once, as a person asks for it.
  @discardableResult
  func pay(
    _ invoice: Int64, on day: String = "2026-11-16"
  ) async throws -> [ChargeEngine.Charged] {
    try await ChargeEngine(
      database: books.database, gateways: GatewaySet([gateway]),
      options: ChargeOptions(asOf: .day(try #require(LocalDate(iso: day)))),
      clock: try clock(day, minute: 720), user: "tester"
    ).pay([invoice])
  }

  @discardableResult
  func write(
    _ asOf: String, minute: Int64 = 540, _ change: (inout BankWriter.Options) -> Void = { _ in }
  ) async throws -> BankWriting {
    var options = BankWriter.Options(asOf: .day(try #require(LocalDate(iso: asOf))))
    options.folder = folder.path
    change(&options)
    return try await BankWriter(
      database: books.database, gateways: GatewaySet([gateway]),
      clock: try clock(asOf, minute: minute), user: "tester"
    ).write(options)
  }

  /// Writes what waits on 2026-11-02, and hands it over: two debits or so, collected on 2026-11-16.
  func handOver() async throws -> BankFile {
    let file = try #require(try await write("2026-11-02").written.first)
    try await BankFile.move(
      file.id, to: .handedOver, for: GatewaySet([gateway]), at: 0, by: "tester",
      on: books.connection)
    return file
  }

  func read(_ xml: String, on day: String) async throws -> BankReading {
    let path = "\(folder.path)/\(UUID().uuidString).in"
    try Data(xml.utf8).write(to: URL(filePath: path))
    return try await BankReader(
      gateways: GatewaySet([gateway]), at: try clock(day, minute: 720).now(), by: "tester"
    ).read(path, on: books.connection)
  }

  func settle(_ day: String) async throws -> BankSettlement.Settled {
    try await BankSettlement(
      gateways: GatewaySet([gateway]), at: try clock(day, minute: 720).now(), by: "tester"
    ).settle(seller: nil, on: books.connection)
  }

  /// What the bank calls the debit of an invoice's attempt.
  func endToEnd(_ invoice: Int, try number: Int = 1) async throws -> String {
    try await books.text(
      "select end_to_end_id from bank_debit join payment_attempt using (payment_attempt_id) "
        + "where invoice_id = \(invoice) and try = \(number)")
  }

  /// The names of the files in the folder that are ours.
  var files: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasSuffix(".xml") }.sorted()
    }
  }

  func text(of file: BankFile) throws -> String {
    try String(
      contentsOf: URL(filePath: "\(folder.path)/\(file.messageID).xml"), encoding: .utf8)
  }

  /// What became of each attempt.
  static let attempts = """
    select concat_ws(' ', invoice_id, try, state, decline_code, decline_class) from payment_attempt
    order by payment_attempt_id
    """

  /// The journal but for what billing books, by event and account.
  static let journal = """
    select concat_ws(' ', event, account_code, sum(amount_minor))
    from journal join journal_line using (journal_id)
    where event <> 'post' group by event, account_code order by 1
    """
}
