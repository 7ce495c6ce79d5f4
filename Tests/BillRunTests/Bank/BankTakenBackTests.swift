// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4, 7: money that goes out again is told of, however the bank says it.
@Suite struct BankTakenBackTests {
  private typealias Booking = BankMessages.Booking

  @Test(
    "a transfer that goes back is listed, by the bank's code or by what it paid",
    arguments: [
      ("RPCR", "INV-000001", "KD-77", true), ("RRTN", "INV-000001", "KD-77", true),
      ("", "Storno INV-000001", nil, true), ("", "Hello", "KD-77", true), ("", "Rent", nil, true),
      ("", "INV-000002", "KD-78", false),
    ])
  func transfer(code: String, text: String, id: String?, isListed: Bool) async throws {
    try await BankBooks.withOwing(2) { bank in
      let paid = Booking.told(
        "10.00", payer: "Ann", id: "KD-77", text: "INV-000001", reference: "A1", on: "2026-11-04")
      _ = try await bank.read(BankMessages.statement("S1", [paid]), on: "2026-11-04")
      var back = Booking.told(
        "10.00", payer: "Ann", id: id, text: text, reference: "A2", on: "2026-11-06")
      back.isCredit = false
      if !code.isEmpty { (back.family, back.subFamily) = ("RCDT", code) }
      let reading = try await bank.read(BankMessages.statement("S2", [back]), on: "2026-11-06")
      #expect(reading.unmatched.map(\.reason) == (isListed ? ["taken_back"] : []))
      #expect(reading.others == (isListed ? 0 : 1))
      let again = try await bank.read(
        BankMessages.statement("S3", [back], version: "camt.054.001.08"), on: "2026-11-06")
      #expect(again.unmatched.isEmpty && again.known == (isListed ? 1 : 0))
    }
  }

  /// A debit of 10.00 of which the bank says so much.
  private static func debit(_ details: String, info: String = "") -> Booking {
    var one = Booking(amount: "10.00", isCredit: false, day: "2026-11-17", details: details)
    one.ownCode = "NTRF"
    one.info = info
    return one
  }

  @Test(
    "a return is known by its end-to-end id, wherever the bank tells it",
    arguments: ["info", "transaction", "reason", "instruction", "id", "own", "upper", "line"])
  func told(place: String) async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      let one =
        switch place {
        case "info": Self.debit("", info: "SEPA-Rücklastschrift EREF+\(id) MREF+M-1")
        case "transaction": Self.debit("<TxDtls><AddtlTxInf>Back: \(id)</AddtlTxInf></TxDtls>")
        case "reason":
          Self.debit("<TxDtls><RtrInf><AddtlInf>\(id)</AddtlInf></RtrInf></TxDtls>")
        case "instruction":
          Self.debit(
            "<TxDtls><Refs><InstrId>\(id)</InstrId><EndToEndId>NOTPROVIDED</EndToEndId>"
              + "</Refs></TxDtls>")
        case "id": Self.debit("<TxDtls><Refs><TxId>\(id)</TxId></Refs></TxDtls>")
        case "own":
          Self.debit("<TxDtls><Refs><Prtry><Tp>X</Tp><Ref>\(id)</Ref></Prtry></Refs></TxDtls>")
        case "upper":
          Self.debit("<TxDtls><Refs><EndToEndId>\(id.uppercased())</EndToEndId></Refs></TxDtls>")
        default:
          Self.debit("<TxDtls><Refs><EndToEndId>\n \(id)\n</EndToEndId></Refs></TxDtls>")
        }
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-17")
      #expect(reading.declined == 1 && reading.exitCode == .ok, "\(reading.text)")
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a debit with a part of one of our ids is listed, and holds what it names",
    arguments: [
      ("cut", 0), ("bare", 1), ("cut within a text", 0), ("bare within a reference", 1),
      ("words", 0),
    ])
  func cut(kind: String, held: Int) async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      let bare = id.filter { $0 != "-" }
      let one =
        switch kind {
        case "cut":
          Self.debit("<TxDtls><Refs><EndToEndId>\(id.prefix(9))</EndToEndId></Refs></TxDtls>")
        case "bare": Self.debit("<TxDtls><Refs><EndToEndId>\(bare)</EndToEndId></Refs></TxDtls>")
        case "cut within a text": Self.debit("", info: "NTRF \(id.prefix(8))")
        case "bare within a reference":
          Self.debit("<TxDtls><Refs><TxId>\(bare)</TxId></Refs></TxDtls>")
        default: Self.debit("", info: "RUECKLASTSCHRIFT")
        }
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-17")
      #expect(reading.unmatched.map(\.reason) == ["return_unknown"], "\(reading.text)")
      #expect(try await bank.settle("2026-11-23").held == held)
      try await expectSound(bank.books)
    }
  }
}
