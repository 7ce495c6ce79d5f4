// SPDX-License-Identifier: Apache-2.0
import Testing
import Transport

@testable import BillRun

struct MailSettingsTests {
  private func file(_ yaml: String) throws -> SettingsFile {
    try SettingsFile(yaml: yaml, path: "billrun.yaml")
  }

  @Test("every key is read")
  func everyKey() throws {
    let read = try file(
      """
      smtp:
        url: smtp://mail.example.com:587
        user: billing
        password_variable: SMTP_PASSWORD
        from: Acme Billing <billing@example.com>
        reply_to: desk@example.com
        parallel: 4
        rate: 50
        domain: Books.example.com
        unsubscribe: https://example.com/unsubscribe
        require_tls: true
        ca_file: /etc/ssl/own.pem
        timeout: 60
        give_up_days: 3
      sms: {url: "https://sms.example.com/send", key_file: /etc/billrun/sms.key}
      webhooks: {secret_variable: HOOK_SECRET}
      letters: {folder: /var/spool/letters}
      """)
    let mail = try #require(read.mail)
    #expect(mail.address.text == "smtp://mail.example.com:587")
    #expect(mail.user == "billing")
    #expect(mail.password == .variable("SMTP_PASSWORD"))
    #expect(mail.from == EmailAddress("Acme Billing <billing@example.com>"))
    #expect(mail.replyTo?.address == "desk@example.com")
    #expect([mail.parallel, mail.rate, mail.timeout, mail.giveUpDays] == [4, 50, 60, 3])
    #expect(mail.domain == "books.example.com")
    #expect(mail.unsubscribe == "https://example.com/unsubscribe")
    #expect(mail.requiresTLS)
    #expect(mail.certificates == "/etc/ssl/own.pem")
    #expect(read.sms?.url?.text == "https://sms.example.com/send")
    #expect(read.sms?.key == .file("/etc/billrun/sms.key"))
    #expect(read.webhooks?.key == .variable("HOOK_SECRET"))
    #expect(read.letters?.folder == "/var/spool/letters")
  }

  @Test("little is needed, and TLS is asked for but on this machine")
  func little() throws {
    let mail = try #require(
      try file("smtp: {url: 'smtp://mail.example.com', from: a@example.com}").mail)
    #expect(mail.requiresTLS)
    #expect(mail.domain == "example.com")
    #expect([mail.parallel, mail.timeout, mail.giveUpDays] == [8, 300, 5])
    #expect(mail.rate == nil)
    let local = try file("smtp: {url: 'smtp://localhost', from: a@example.com}").mail
    #expect(local?.requiresTLS == false)
  }

  @Test(
    "what is wrong is refused",
    arguments: [
      ("smtp: {from: a@b.c}", "settings_value_wrong"),
      ("smtp: {url: 'smtp://m'}", "settings_value_wrong"),
      ("smtp: {url: 'https://m', from: a@b.c}", "settings_value_wrong"),
      ("smtp: {url: 'smtp://me:x@m', from: a@b.c}", "settings_value_wrong"),
      ("smtp: {url: 'smtp://m', from: nobody}", "settings_value_wrong"),
      ("smtp: {url: 'smtp://m', from: a@b.c, host: m}", "settings_key_unknown"),
      ("smtp: {url: 'smtp://m', from: a@b.c, password: x}", "settings_hold_secret"),
      ("smtp: {url: 'smtp://m', from: a@b.c, user: me}", "settings_value_wrong"),
      (
        "smtp: {url: 'smtp://m', from: a@b.c, user: me, password_variable: P, require_tls: false}",
        "settings_value_wrong"
      ),
      (
        "smtp: {url: 'smtp://m', from: a@b.c, user: me, password_variable: hunter2}",
        "settings_value_wrong"
      ),
      ("smtp: {url: 'smtp://m', from: a@b.c, unsubscribe: 'http://x'}", "settings_value_wrong"),
      ("smtp: {url: 'smtp://m', from: a@b.c, domain: 'a b'}", "settings_value_wrong"),
      ("smtp: {url: 'smtp://m', from: a@b.c, rate: 0}", "settings_value_wrong"),
      ("sms: {url: 'http://example.com', key_variable: K}", "settings_value_wrong"),
      ("sms: {url: 'https://example.com'}", "settings_value_wrong"),
      ("webhooks: {secret: x}", "settings_hold_secret"),
      ("letters: {path: /x}", "settings_key_unknown"),
    ])
  func wrong(_ yaml: String, _ code: String) {
    let error = #expect(throws: BillRunError.self) { try file(yaml) }
    #expect(error?.code == code, "\(error?.message ?? "")")
    #expect(error?.message.contains("hunter2") != true)
    #expect(error?.status == .configuration)
  }

  @Test("a password that is not there is said with its variable")
  func missing() throws {
    let settings = try Settings(environment: [:], usualFile: "/nonexistent/billrun.yaml")
    let error = #expect(throws: BillRunError.self) {
      try settings.secret(.variable("SMTP_PASSWORD"), of: "smtp", "password")
    }
    #expect(error?.code == "secret_missing")
    #expect(error?.message.contains("SMTP_PASSWORD") == true)
  }
}
