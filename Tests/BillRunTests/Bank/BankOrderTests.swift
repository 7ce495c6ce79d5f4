// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: in whatever order files are read that tell of the same transfers, each is paid in once.
@Suite struct BankOrderTests {
  private typealias Booking = BankMessages.Booking

  /// A transfer as it was made: who pays, which invoice, how much and when.
  private struct Transfer {
    let payer: Int
    let amount: String
    let day: String
    let reference: String
    let id: String?
  }

  /// How a kind of file words what it tells.
  private struct Wording {
    let version: String
    let hasPayer: Bool
    let hasID: Bool
    let isShouted: Bool
    let isSpread: Bool
    let before: String
    /// How many of ten transfers have their reference.
    let references: Int

    init(_ version: String, _ before: [String], _ random: inout SplitMix64) {
      self.version = version
      hasPayer = Bool.random(using: &random)
      hasID = Bool.random(using: &random)
      isShouted = Bool.random(using: &random)
      isSpread = Bool.random(using: &random)
      self.before = before.randomElement(using: &random) ?? ""
      references = [0, 5, 10].randomElement(using: &random) ?? 0
    }

    func booking(_ transfer: Transfer, _ random: inout SplitMix64) -> Booking {
      var text = "\(before)Rechnung INV-00000\(transfer.payer), vielen Dank"
      if isSpread { text = text.replacing(" ", with: "  ") }
      var payer = "Käufer & Söhne Nr. \(transfer.payer)".replacing("&", with: "&amp;")
      if isShouted {
        text = text.uppercased()
        payer = "KAEUFER UND SOEHNE NR \(transfer.payer)"
        payer = payer.replacing(" UND ", with: " ")
      }
      return .told(
        transfer.amount, payer: hasPayer ? payer : nil, id: hasID ? transfer.id : nil, text: text,
        reference: Int.random(in: 0..<10, using: &random) < references ? transfer.reference : nil,
        on: transfer.day)
    }
  }

  /// Transfers of a round, whose days and references no other round has; some are made twice.
  private static func transfers(_ round: Int, _ random: inout SplitMix64) throws -> [Transfer] {
    let first = try #require(LocalDate(iso: "2026-11-04")).adding(days: 10 * round)
    var made: [Transfer] = []
    for payer in 1...4 {
      let offset = Int.random(in: 0...1, using: &random)
      let amount = ["1.00", "2.00"].randomElement(using: &random) ?? "1.00"
      let count = Int.random(in: 0..<4, using: &random) == 0 ? 2 : 1
      for turn in 1...count {
        // Banks begin anew each day: payers of other days have the same reference.
        made.append(
          Transfer(
            payer: payer, amount: amount, day: first.adding(days: offset).description,
            reference: "R\(round)\(turn)\(offset == 0 ? payer : (payer % 4) + 1)",
            id: count == 1 ? "E-\(round)-\(payer)" : nil))
      }
    }
    return made
  }

  /// The files of one kind: one, or two of which each has some of the payers.
  private static func files(
    _ wording: Wording, of transfers: [Transfer], _ random: inout SplitMix64
  ) -> [[Booking]] {
    let isSplit = Bool.random(using: &random)
    let told = transfers.shuffled(using: &random).map { ($0, wording.booking($0, &random)) }
    let parts = isSplit ? [[1, 2], [3, 4]] : [[1, 2, 3, 4]]
    return parts.map { part in told.filter { part.contains($0.0.payer) }.map(\.1) }
  }

  @Test(
    "none is lost, none is taken twice, and what is doubtful is listed",
    arguments: [(1, ["", "SVWZ+"]), (2, ["", "SVWZ+"]), (3, ["Text: ", "SVWZ+"])])
  func anyOrder(seed: Int, before: [String]) async throws {
    var random = SplitMix64(seed: seed)
    try await BankBooks.withOwing(4) { bank in
      var expected: [String] = []
      for round in 0..<10 {
        let transfers = try Self.transfers(round, &random)
        expected += transfers.map { "\($0.payer) \($0.amount.filter { $0 != "." }) \($0.day)" }
        var story: [String] = []
        let wordings = ["camt.054.001.08", "camt.053.001.02", "camt.052.001.08"]
          .map { Wording($0, before, &random) }
        let kinds = wordings.shuffled(using: &random) + [wordings[1]]
        for wording in kinds {
          for bookings in Self.files(wording, of: transfers, &random) where !bookings.isEmpty {
            let reading = try await bank.read(
              BankMessages.statement(
                "S\(seed)-\(round)-\(story.count)", bookings, version: wording.version),
              on: try #require(LocalDate(iso: "2026-11-08")).adding(days: 10 * round).description)
            story.append("\(wording): \(reading.text)")
            // Texts of which each has a word that the other has not are doubtful.
            if before.contains("") { #expect(reading.unmatched.isEmpty, "round \(round)") }
            #expect(reading.unmatched.allSatisfy { $0.reason == "words_differ" })
          }
        }
        let paid = try await bank.books.texts(
          """
          select concat_ws(' ', customer_id, amount_minor, received_on) from payment
          order by received_on, 1
          """)
        #expect(paid.sorted() == expected.sorted(), "seed \(seed), \(story)")
        if paid.sorted() != expected.sorted() { return }
      }
    }
  }
}
