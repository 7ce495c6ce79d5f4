// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillRun

struct SettingsFileTests {
  @Test("every key of the file is read")
  func everyKey() throws {
    let file = try SettingsFile(
      yaml: """
        database: postgres://db/books
        schema: books
        lanes: 4
        public_url: https://pay.example.com/
        templates: /etc/billrun/templates
        metrics_file: /var/lib/node/billrun.prom
        gateways:
          cards: {kind: stripe, key_variable: STRIPE_KEY, rate_limit: 30}
          test:
            kind: stripe
            base_url: http://127.0.0.1:8420/
            key_file: /etc/billrun/stripe.key
        smtp: {url: "smtp://mail", from: a@example.com}
        gate:
          compare: week
          invoices: {less: 10%, more: 25.5%, most: 300000}
          total: {less: 10%, most: 1e6}
          zero: 5%
          credit_notes: 100
          bill: {less: 80%, more: 200%, above: 50.00}
          first_bill: 1000
          missing_usage: true
        reports: {database: "postgres://standby/books"}
        """, path: "billrun.yaml")
    #expect(file.database == "postgres://db/books")
    #expect(file.reportDatabase == "postgres://standby/books")
    #expect(file.schema == "books")
    #expect(file.lanes == 4)
    #expect(file.publicURL == "https://pay.example.com")
    #expect(file.templates == "/etc/billrun/templates")
    #expect(file.metricsFile == "/var/lib/node/billrun.prom")
    #expect(
      file.gate?.json == #"{"bill_above":50,"bill_less":80,"bill_more":200,"compare":"week","#
        + #""credit_notes_most":100,"first_bill":1000,"invoices_less":10,"invoices_more":25.5,"#
        + #""invoices_most":300000,"missing_usage":true,"total_less":10,"total_most":1000000,"#
        + #""zero_share":5}"#)
    #expect(file.gateways?.map(\.name) == ["cards", "test", "simulated"])
  }

  @Test("an empty file says nothing", arguments: ["", "\n", "# only a comment\n"])
  func empty(_ yaml: String) throws {
    #expect(try SettingsFile(yaml: yaml, path: "billrun.yaml") == SettingsFile())
  }

  @Test(
    "what is wrong is said with its line",
    arguments: [
      ("lanes: 4\nshcema: x", "settings_key_unknown", 2),
      ("lanes: many", "settings_value_wrong", 1),
      ("lanes: 0", "settings_value_wrong", 1),
      ("lanes: 65", "settings_value_wrong", 1),
      ("schema:", "settings_value_wrong", 1),
      ("schema: [a]", "settings_value_wrong", 1),
      ("public_url: pay.example.com", "settings_value_wrong", 1),
      ("- lanes", "settings_value_wrong", 1),
      ("schema: [a", "settings_not_yaml", 2),
      ("schema: a\nschema: b", "settings_not_yaml", 1),
      ("database: postgres://me:x@db", "settings_hold_secret", 1),
      ("smtp:\n  url: smtp://mail\n  password: x", "settings_hold_secret", 3),
      ("gateways:\n  cards:\n    token: x", "settings_hold_secret", 3),
      ("reports:\n  database: a\n  secret: x", "settings_hold_secret", 3),
      ("reports:\n  database: postgres://me:x@db", "settings_hold_secret", 2),
      ("reports:\n  to: a", "settings_key_unknown", 2),
      ("reports: [a]", "settings_value_wrong", 1),
    ])
  func wrong(_ yaml: String, code: String, line: Int) {
    let error = #expect(throws: BillRunError.self) {
      try SettingsFile(yaml: yaml, path: "billrun.yaml")
    }
    #expect(error?.code == code)
    #expect(error?.status == .configuration)
    #expect(error?.message.hasPrefix("settings not read, on billrun.yaml line \(line), ") == true)
  }
}
