// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@testable import BillRun

@Suite struct BankFileSettingsTests {
  private static let least = """
    gateways:
      bank:
        kind: bank-file
        creditor_id: DE98ZZZ09999999999
        iban: DE89 3704 0044 0532 0130 00
    """

  private static func settings(_ more: String = "") throws -> BankFileSettings? {
    let file = try SettingsFile(yaml: least + more, path: "billrun.yaml")
    for gateway in file.gateways ?? [] {
      if case .bankFile(let bank) = gateway.kind { return bank }
    }
    return nil
  }

  @Test("a bank is described by its creditor and account; the rest has defaults")
  func read() throws {
    let bank = try #require(try Self.settings())
    #expect(bank.iban.text == "DE89370400440532013000")
    #expect(bank.scheme == .core && bank.notice == .invoiceMail && bank.cutOff == nil)
    #expect([bank.leadDays, bank.noticeDays] as [Int] == [1, 14])
    #expect(bank.calendar(of: .core).settleDays == 5)
    #expect(bank.calendar(of: .b2b).settleDays == 3)
    let all = try #require(
      try Self.settings(
        """

            bic: COBADEFFXXX
            creditor_name: Acme
            scheme: b2b
            cut_off: "10:30"
            lead_days: 2
            notice_days: 5
            notice: elsewhere
            settle_days: 7
        """))
    #expect(all.bic == "COBADEFFXXX" && all.creditorName == "Acme" && all.scheme == .b2b)
    #expect(all.cutOff == 630 && all.notice == .elsewhere)
    #expect(all.calendar(of: .core).settleDays == 7)
  }

  @Test(
    "what is wrong is said with its line, and without the account's number",
    arguments: [
      "iban: DE88370400440532013000", "creditor_id: DE97ZZZ09999999999", "bic: COBA",
      "scheme: sepa", "cut_off: noon", "cut_off: \"24:00\"", "lead_days: 0", "notice_days: 91",
      "settle_days: x", "notice: letter", "key_variable: A",
    ])
  func refused(line: String) throws {
    let key = line.prefix { $0 != ":" }
    let kept = Self.least.split(separator: "\n").filter { !$0.contains("\(key):") }
    let text = kept.joined(separator: "\n") + "\n    \(line)\n"
    let error = #expect(throws: BillRunError.self) {
      try SettingsFile(yaml: text, path: "billrun.yaml")
    }
    #expect(error?.code == "settings_value_wrong")
    #expect(error?.message.contains("line \(kept.count + 1)") == true)
    #expect(error?.message.contains("DE88370400440532013000") == false)
  }

  @Test("without an account there is no bank")
  func missing() {
    let text = "gateways:\n  bank:\n    kind: bank-file\n    creditor_id: DE98ZZZ09999999999"
    #expect(throws: BillRunError.self) { try SettingsFile(yaml: text, path: "billrun.yaml") }
  }
}
