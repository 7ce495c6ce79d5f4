// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite struct IBANTests {
  @Test(
    "numbers out of the registry are taken",
    arguments: [
      "DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "NL91ABNA0417164300",
      "FR1420041010050500013M02606", "NO9386011117947", "MT84MALT011000012345MTLCAST001S",
    ])
  func taken(text: String) throws {
    #expect(IBAN(text)?.text == text.filter { $0 != " " })
  }

  @Test(
    "anything else is not",
    arguments: [
      "", "DE", "DE88370400440532013000", "DE89370400440532013001", "de89370400440532013000",
      "DE8937040044053201300O", "9E89370400440532013000", "DE89370400440532013000000000000000000",
      "DE89-3704-0044-0532-0130-00", "pm_card_visa",
    ])
  func refused(text: String) { #expect(IBAN(text) == nil) }

  @Test("no more than four places of it are shown")
  func masked() { #expect(IBAN("DE89370400440532013000").map { "\($0)" } == "DE…3000") }

  @Test(
    "a creditor identifier is checked without the creditor's own three places",
    arguments: [
      ("DE98ZZZ09999999999", true), ("DE98ABC09999999999", true), ("DE97ZZZ09999999999", false),
      ("DE98", false), ("", false), ("98DEZZZ09999999999", false),
    ])
  func creditors(text: String, isGood: Bool) { #expect((CreditorID(text) != nil) == isGood) }
}
