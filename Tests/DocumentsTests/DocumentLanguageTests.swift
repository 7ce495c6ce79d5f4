// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@testable import Documents

/// Words, amounts and days in languages.
@Suite struct DocumentLanguageTests {
  private func money(_ minor: Int64, _ code: String) throws -> Money {
    Money(minor: minor, currency: try #require(Currency(code: code)))
  }

  struct Row: CustomTestStringConvertible {
    let language: String
    let minor: Int64
    let currency: String
    let text: String

    var testDescription: String { "\(language) \(minor) \(currency)" }
  }

  @Test(
    "an amount has the digits of its currency and the signs of the language",
    arguments: [
      Row(language: "en", minor: 123_456_789, currency: "eur", text: "€1,234,567.89"),
      Row(language: "de", minor: 123_456_789, currency: "eur", text: "1.234.567,89\u{A0}€"),
      Row(language: "en", minor: -5, currency: "usd", text: "\u{2212}$0.05"),
      Row(language: "en", minor: 1234, currency: "jpy", text: "JPY\u{A0}1,234"),
      Row(language: "de", minor: 1234, currency: "bhd", text: "1,234\u{A0}BHD"),
      Row(language: "en", minor: 12_345, currency: "clf", text: "CLF\u{A0}1.2345"),
      Row(
        language: "de", minor: -.max, currency: "chf",
        text: "\u{2212}92.233.720.368.547.758,07\u{A0}CHF"),
    ])
  func amounts(_ row: Row) throws {
    let language = try LanguageSet().language(row.language)
    #expect(language.money(try money(row.minor, row.currency)) == row.text)
  }

  @Test("prices have at least the digits of their currency, and all that they have")
  func prices() throws {
    let language = try LanguageSet().language("de")
    let euro = try #require(Currency(code: "eur"))
    #expect(language.price("49", euro) == "49,00")
    #expect(language.price("0.5", euro) == "0,50")
    #expect(language.price("0.000123", euro) == "0,000123")
    #expect(language.price("1500", try #require(Currency(code: "jpy"))) == "1.500")
    #expect(language.number("-1234567.5") == "\u{2212}1.234.567,5")
    #expect(language.percent("7.5") == "7,5\u{A0}%")
  }

  @Test("days are as the language writes them")
  func days() throws {
    let day = try SampleDocuments.day("2026-03-01")
    #expect(try LanguageSet().language("en").date(day) == "1 March 2026")
    #expect(try LanguageSet().language("de").date(day) == "01.03.2026")
  }

  @Test("who wants another language gets the nearest one, the seller's, or English")
  func fallbacks() throws {
    let languages = LanguageSet()
    #expect(try languages.language("de-AT").code == "de")
    #expect(try languages.language("DE_ch").code == "de")
    #expect(try languages.language("fr", else: "de").code == "de")
    #expect(try languages.language("fr").code == "en")
    #expect(try languages.language(nil).code == "en")
  }

  @Test("a user's file adds a language or replaces words; what it lacks is English")
  func own() throws {
    let languages = LanguageSet(
      DocumentFolder(files: [
        "languages/fr.yaml": "decimal: ','\ngroup: ' '\ndocuments: {invoice: Facture}\n",
        "languages/de.yaml": "labels: {iban: Konto}",
        "languages/de-AT.yaml":
          "months: [Jänner, Feber, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]\ndate: '{d}. {month} {yyyy}'",
      ]))
    let french = try languages.language("fr-CA")
    #expect(french.word("documents.invoice") == "Facture")
    #expect(french.word("labels.iban") == "IBAN")
    #expect(french.amount(try money(123_456, "eur")) == "1 234,56")
    #expect(try languages.language("de").word("labels.iban") == "Konto")
    let austrian = try languages.language("de-AT")
    #expect(austrian.date(try SampleDocuments.day("2026-01-05")) == "5. Jänner 2026")
    #expect(austrian.word("labels.iban") == "Konto")
    #expect(austrian.word("documents.invoice") == "Rechnung")
  }

  @Test(
    "a wrong file is told with its line, and harms no other language",
    arguments: [
      ("labels: {ibam: Konto}", "languages/de.yaml line 1, there is no key 'labels.ibam'"),
      ("decimal: ','\n  x: [", "languages/de.yaml line 2, did not find expected key"),
      ("months: [a]", "languages/de.yaml, months has twelve names"),
      ("direction: up", "languages/de.yaml, direction is ltr or rtl"),
      ("decimal: ''", "languages/de.yaml, decimal is one sign, and no digit"),
      ("decimal: '12'", "languages/de.yaml, decimal is one sign, and no digit"),
      ("group: ','", "languages/de.yaml, group is one sign or none, no digit and not decimal"),
      ("money: '{amont} {currency}'", "languages/de.yaml, money has {amount}"),
      ("date: '{dd}.{mm}.'", "languages/de.yaml, date has {yyyy}"),
      (
        "documents: {page: 'Seite {pag}'}",
        "languages/de.yaml, documents.page has {pag}, which nothing is put in for"
      ),
    ])
  func wrong(_ text: String, _ problem: String) throws {
    let languages = LanguageSet(DocumentFolder(files: ["languages/de.yaml": text]))
    #expect(throws: DocumentError(.languageError, problem)) { try languages.language("de") }
    #expect(try languages.language("en").code == "en")
  }

  @Test("what is filled in is not filled in again")
  func filling() {
    #expect(
      DocumentLanguage.fill(pattern: "{a} {b} {c} {", ["a": "{b}", "b": "x"]) == "{b} x {c} {")
  }

  @Test("German has each word that English has")
  func complete() throws {
    let english = try YAMLText(LanguageSet.shipped["en"] ?? "", named: "en", .languageError)
    let german = try YAMLText(LanguageSet.shipped["de"] ?? "", named: "de", .languageError)
    #expect(try english.values().map(\.path) == german.values().map(\.path))
  }
}
