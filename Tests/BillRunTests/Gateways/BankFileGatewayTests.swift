// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

@testable import BillRun

/// The gateway whose charges go out by file, and what it wants of a payment source.
@Suite struct BankFileGatewayTests {
  /// What a gateway that only writes down what is asked of it can be brought to.
  @Test(
    "conforms",
    arguments: [GatewayConformance.Check.sameKey, .pending, .account, .concurrent])
  func conforms(check: GatewayConformance.Check) async throws {
    let gateway = try BankBooks.gateway()
    try await GatewayConformance(
      gateway: gateway, unreachable: gateway, token: { _ in BankBooks.iban(1) },
      chargeCount: { _ in 0 }, isPendingAtFirst: true
    ).run(check)
  }

  @Test("the end-to-end id is of the key, and short enough for SEPA")
  func endToEnd() {
    let uuid = "0a1b2c3d-1111-2222-3333-444455556666"
    #expect(BankFileGateway.endToEndID(of: "\(uuid)-inv-17-try-2") == "0a1b2c3d-17-2")
    let longest = BankFileGateway.endToEndID(of: "\(uuid)-inv-\(1_000_000_000_000)-try-1000")
    #expect(longest?.utf8.count == 27)
    for key in ["", "key", "\(uuid)-inv-17", "\(uuid)-inv-17-try-2-3", "x-y-z-a-b-inv-1-try-1"] {
      #expect(BankFileGateway.endToEndID(of: key) == nil)
    }
  }

  @Test("a source is refused for what is missing of it, in the words of COLLECTIONS.md")
  func terms() throws {
    let gateway = try BankBooks.gateway()
    let rows: [(String?, String, String, Int64, String?)] = [
      (Self.mandate(), BankBooks.iban(1), "eur", 1000, nil),
      (Self.mandate(), BankBooks.iban(1), "usd", 1000, "currency_not_supported"),
      (Self.mandate(), BankBooks.iban(1), "eur", 100_000_000_000, "amount_too_large"),
      (nil, BankBooks.iban(1), "eur", 1000, "no_mandate"),
      ("[]", BankBooks.iban(1), "eur", 1000, "no_mandate"),
      (#"{"id": "M 1", "signed_on": "2026-01-15"}"#, BankBooks.iban(1), "eur", 1, "no_mandate"),
      (#"{"id": "M-1", "signed_on": "soon"}"#, BankBooks.iban(1), "eur", 1, "no_mandate"),
      (Self.mandate(#", "scheme": "cor1""#), BankBooks.iban(1), "eur", 1, "no_mandate"),
      (Self.mandate(#", "sequence": "LAST""#), BankBooks.iban(1), "eur", 1, "no_mandate"),
      (Self.mandate(#", "bic": "short""#), BankBooks.iban(1), "eur", 1, "no_mandate"),
      (Self.mandate(), "DE88370400440532013000", "eur", 1000, "account_invalid"),
      (Self.mandate(signed: "2023-11-01"), BankBooks.iban(1), "eur", 1000, nil),
      (Self.mandate(signed: "2023-10-31"), BankBooks.iban(1), "eur", 1000, "mandate_expired"),
      (Self.mandate(signed: "2026-11-01"), BankBooks.iban(1), "eur", 1000, nil),
      (Self.mandate(signed: "2026-11-02"), BankBooks.iban(1), "eur", 1000, "mandate_not_signed"),
    ]
    let day = try #require(LocalDate(iso: "2026-11-01"))
    for (mandate, token, currency, minor, reason) in rows {
      var source = ChargeSource(token: token)
      source.mandate = mandate
      let amount = Money(minor: minor, currency: try #require(Currency(code: currency)))
      let terms = gateway.terms(of: source, for: amount, on: day)
      if let reason {
        #expect(terms == .refused(reason: reason), "\(mandate ?? "none") \(currency) \(minor)")
      } else if case .refused(let found) = terms {
        Issue.record("refused: \(found)")
      }
    }
  }

  @Test(
    "FRST is the first only, FNAL and OOFF end a mandate, RCUR stands for all else",
    arguments: [
      ("null", false, "RCUR"), ("null", true, "RCUR"), ("\"FRST\"", false, "FRST"),
      ("\"FRST\"", true, "RCUR"), ("\"OOFF\"", false, "OOFF"), ("\"OOFF\"", true, nil),
      ("\"FNAL\"", false, "FNAL"), ("\"FNAL\"", true, nil),
    ])
  func sequence(given: String, isUsed: Bool, found: String?) throws {
    var source = ChargeSource(token: BankBooks.iban(1))
    source.mandate = Self.mandate(", \"sequence\": \(given)")
    source.isMandateUsed = isUsed
    source.mandateChargedOn = LocalDate(iso: "2026-10-01")
    let terms = try BankBooks.gateway().terms(
      of: source, for: Money(minor: 1, currency: try #require(Currency(code: "eur"))),
      on: try #require(LocalDate(iso: "2026-11-01")))
    switch (terms, found) {
    case (.accepted(let details?), let found?):
      #expect(details.contains("\"sequence\":\"\(found)\""))
    case (.refused(let reason), nil): #expect(reason == "mandate_used")
    default: Issue.record("\(terms)")
    }
  }

  @Test(
    "an account outside the European Economic Area needs a BIC and an address",
    arguments: [
      ("CH9300762011623852957", nil, "CH", "Zürich", "no_bic"),
      ("CH9300762011623852957", "UBSWCHZH80A", nil, "Zürich", "no_address"),
      ("CH9300762011623852957", "UBSWCHZH80A", "CH", " ", "no_address"),
      ("CH9300762011623852957", "UBSWCHZH80A", "CH", "Zürich", nil),
      ("GB29NWBK60161331926819", nil, "GB", "London", "no_bic"),
      ("DE89370400440532013000", nil, nil, nil, nil),
      ("NO9386011117947", nil, nil, nil, nil),
    ] as [(String, String?, String?, String?, String?)])
  func abroad(
    iban: String, bic: String?, country: String?, city: String?, reason: String?
  ) throws {
    var source = ChargeSource(token: iban)
    source.mandate = Self.mandate(bic.map { ", \"bic\": \"\($0)\"" } ?? "")
    source.address.country = country
    source.address.city = city
    source.address.lines = ["Am See 1"]
    let terms = try BankBooks.gateway().terms(
      of: source, for: Money(minor: 1, currency: try #require(Currency(code: "eur"))),
      on: try #require(LocalDate(iso: "2026-11-01")))
    switch (terms, reason) {
    case (.refused(let found), let reason?): #expect(found == reason)
    case (.accepted(let details?), nil):
      #expect(details.contains("\"address1\":\"Am See 1\"") == (country == "CH"))
      #expect(details.contains("\"bic\":\"UBSWCHZH80A\"") == (bic != nil))
    default: Issue.record("\(terms)")
    }
  }

  private static func mandate(_ more: String = "", signed: String = "2026-01-15") -> String {
    #"{"id": "M-1", "signed_on": "\#(signed)"\#(more)}"#
  }
}
