// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
import Transport

@testable import BillRun

@Suite struct GatewaySettingsTests {
  @Test("gateways are read by name, and simulated is always there")
  func read() throws {
    let gateways = try Self.gateways(
      """
      gateways:
        cards: {kind: stripe, key_variable: STRIPE_KEY}
        test:
          kind: stripe
          base_url: http://127.0.0.1:8420/
          key_file: /etc/billrun/stripe.key
          rate_limit: 90
      """)
    let stripe = try #require(HTTPAddress("https://api.stripe.com"))
    let test = try #require(HTTPAddress("http://127.0.0.1:8420"))
    #expect(
      gateways == [
        GatewaySettings(
          name: "cards", kind: .stripe(base: stripe, key: .variable("STRIPE_KEY"), perSecond: 25)),
        GatewaySettings(
          name: "test",
          kind: .stripe(base: test, key: .file("/etc/billrun/stripe.key"), perSecond: 90)),
        .simulated,
      ])
    #expect(try Self.gateways("gateways: {simulated: {kind: simulated}}") == [.simulated])
    #expect(try Settings(usualFile: "/nowhere").gateways == [.simulated])
  }

  @Test(
    "what is wrong is said with its line",
    arguments: [
      ("gateways: many", "settings_value_wrong", 1),
      ("gateways:\n  cards: stripe", "settings_value_wrong", 2),
      ("gateways:\n  cards: {kind: strip}", "settings_value_wrong", 2),
      ("gateways:\n  Cards: {kind: simulated}", "settings_value_wrong", 2),
      ("gateways:\n  cards:\n    kind: stripe\n    url: x", "settings_key_unknown", 4),
      ("gateways:\n  cards:\n    kind: stripe", "settings_value_wrong", 3),
      (
        "gateways:\n  cards:\n    kind: stripe\n    key_variable: A\n    key_file: /b",
        "settings_value_wrong", 3
      ),
      (
        "gateways:\n  cards:\n    kind: stripe\n    key_variable: A\n    base_url: http://a.test",
        "settings_value_wrong", 5
      ),
      (
        "gateways:\n  cards:\n    kind: stripe\n    key_variable: A\n    rate_limit: 0",
        "settings_value_wrong", 5
      ),
      ("gateways:\n  cards: {kind: stripe, key_variable: sk_live_1}", "settings_value_wrong", 2),
      ("gateways:\n  simulated: {kind: stripe, key_variable: A}", "settings_value_wrong", 2),
      ("gateways:\n  a: {kind: simulated, rate_limit: 5}", "settings_value_wrong", 2),
      ("gateways:\n  a:\n    kind: stripe\n    key: sk_live_1", "settings_hold_secret", 4),
    ])
  func wrong(yaml: String, code: String, line: Int) {
    let error = #expect(throws: BillRunError.self) { try Self.gateways(yaml) }
    #expect(error?.code == code)
    #expect(error?.message.contains("sk_live") == false)
    let place = "settings not read, on billrun.yaml line \(line), "
    #expect(error?.message.hasPrefix(place) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("sk_live_1") == false)
  }

  @Test("keys come from the environment or from a file that nobody else may read")
  func keys() throws {
    let folder = try TemporaryFolder()
    let (key, yaml) = ("\(folder.path)/key", "\(folder.path)/billrun.yaml")
    try "  sk_test_1\n".write(toFile: key, atomically: false, encoding: .utf8)
    try """
    gateways:
      a: {kind: stripe, key_variable: A_KEY}
      b: {kind: stripe, key_file: \(key)}
    """.write(toFile: yaml, atomically: false, encoding: .utf8)
    func set(_ environment: [String: String], mode: Int) throws -> GatewaySet {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: key)
      return try GatewaySet(
        Settings(flags: Settings.Flags(file: yaml), environment: environment))
    }
    for mode in [0o600, 0o400] {
      let gateways = try set(["A_KEY": "sk_test_2"], mode: mode)
      #expect(gateways.names == ["a", "b", "simulated"])
      #expect(gateways["b"]?.name == "b" && gateways["c"] == nil)
    }
    for mode in [0o644, 0o640, 0o604, 0o660, 0o700] {
      let error = #expect(throws: BillRunError.self) { try set(["A_KEY": "a"], mode: mode) }
      #expect(error?.code == "gateway_key_unreadable", "\(mode)")
      #expect(error?.message.contains("0\(String(mode, radix: 8))") == true)
      #expect(error?.hint == "chmod 0600 \(key)")
    }
    let missing = #expect(throws: BillRunError.self) { try set([:], mode: 0o600) }
    #expect(missing?.code == "gateway_key_missing" && missing?.status == .configuration)
  }

  @Test("a key's file holds one line, and is a file")
  func keyFiles() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/key"
    for (text, isGood) in [("sk_1", true), ("", false), ("a\nb", false), ("a b", false)] {
      try text.write(toFile: path, atomically: false, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      #expect((try? SecretFile.secret(at: path))?.exposed == (isGood ? text : nil), "\(text)")
    }
    for path in [folder.path, "\(folder.path)/none", "/dev/null"] {
      let error = #expect(throws: BillRunError.self) { try SecretFile.secret(at: path) }
      #expect(error?.code == "gateway_key_unreadable")
    }
  }

  @Test("a name without a slash is a credential of systemd's, where there are any")
  func credentials() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/billrun_stripe.key"
    try "sk_1".write(toFile: path, atomically: false, encoding: .utf8)
    let environment = ["CREDENTIALS_DIRECTORY": folder.path]
    let settings = try Settings(environment: environment, usualFile: "/nowhere")
    for (mode, isGood) in [(0o400, true), (0o440, true), (0o600, true), (0o444, false)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      let secret = try? settings.secret(inFile: "billrun_stripe.key")
      #expect(secret?.exposed == (isGood ? "sk_1" : nil), "\(mode)")
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o440], ofItemAtPath: path)
    let error = #expect(throws: BillRunError.self) { try settings.secret(inFile: path) }
    #expect(error?.message.contains("0440") == true)
    let none = try Settings(environment: [:], usualFile: "/nowhere")
    #expect(throws: BillRunError.self) { try none.secret(inFile: "billrun_stripe.key") }
  }

  private static func gateways(_ yaml: String) throws -> [GatewaySettings]? {
    try SettingsFile(yaml: yaml, path: "billrun.yaml").gateways
  }
}
