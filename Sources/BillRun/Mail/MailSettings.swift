// SPDX-License-Identifier: Apache-2.0
public import Transport
import Yams

/// The mail server as the settings file describes it.
public struct MailSettings: Hashable, Sendable {
  /// Where the server is.
  public let address: MailAddress
  /// Who logs in; nil for nobody.
  public var user: String?
  /// Where the password comes from; there is one exactly where there is a user.
  public var password: GatewaySettings.KeySource?
  /// Who messages are from; without a name each seller's own is taken.
  public let from: EmailAddress
  /// Where answers go; nil for each seller's own address, if it has one.
  public var replyTo: EmailAddress?
  /// How many messages are under way at once.
  public var parallel = 8
  /// How many messages a second at most; nil for no limit.
  public var rate: Int?
  /// The right side of Message-IDs, and the name by which we introduce ourselves.
  public var domain: String
  /// Where one can unsubscribe from reminders: an address of `https` or `mailto`; nil for nowhere.
  public var unsubscribe: String?
  /// Whether nothing is said without TLS.
  public var requiresTLS: Bool
  /// A file of certificates to trust instead of the system's.
  public var certificates: String?
  /// How long one message may take, in seconds.
  public var timeout = 300
  /// For how many days a message is tried.
  public var giveUpDays = 5

  /// Describes a server; TLS is not asked for where the server is this machine.
  public init(_ address: MailAddress, from: EmailAddress) {
    self.address = address
    self.from = from
    domain = String(from.address.split(separator: "@").last ?? "localhost").lowercased()
    requiresTLS = !address.isLoopback
  }
}

extension MailSettings {
  private enum Key: String, CaseIterable {
    case url, user, password_variable, password_file, from, reply_to, parallel, rate, domain
    case unsubscribe, require_tls, ca_file, timeout, give_up_days
  }

  static func read(_ node: Node, at place: SettingsPlace) throws -> MailSettings {
    try place.refuseSecrets(in: node)
    let values = try place.keys(Key.self, of: node, "smtp")
    guard let url = values[.url], let address = MailAddress(try place.text(url, "url")) else {
      throw place.error(
        values[.url] ?? node, "smtp://HOST[:PORT] or smtps://HOST[:PORT] is expected for url")
    }
    guard let from = values[.from] else { throw place.error(node, "smtp needs from: ADDRESS") }
    var mail = MailSettings(address, from: try place.address(from, "from"))
    try mail.readLogin(values, node, at: place)
    mail.replyTo = try values[.reply_to].map { try place.address($0, "reply_to") }
    if let node = values[.parallel] { mail.parallel = try place.count(node, "parallel") }
    mail.rate = try values[.rate].map { try place.count($0, "rate", upTo: 100_000) }
    if let node = values[.domain] { mail.domain = try place.domain(node, "domain") }
    if let node = values[.unsubscribe] { mail.unsubscribe = try unsubscribe(node, at: place) }
    mail.certificates = try values[.ca_file].map { try place.text($0, "ca_file") }
    if let node = values[.timeout] { mail.timeout = try place.count(node, "timeout", upTo: 3600) }
    if let node = values[.give_up_days] {
      mail.giveUpDays = try place.count(node, "give_up_days", upTo: 30)
    }
    return mail
  }

  private mutating func readLogin(
    _ values: [Key: Node], _ node: Node, at place: SettingsPlace
  ) throws {
    user = try values[.user].map { try place.text($0, "user") }
    if let wish = values[.require_tls] { requiresTLS = try place.flag(wish, "require_tls") }
    if values[.password_variable] != nil || values[.password_file] != nil {
      password = try place.keySource(
        values[.password_variable], values[.password_file], "password", in: node)
    }
    guard (user == nil) == (password == nil) else {
      throw place.error(
        node, "user and password_variable (or password_file) go together in smtp")
    }
    let isOpen = !requiresTLS && address.scheme == "smtp" && !address.isLoopback
    if user != nil, isOpen {
      throw place.error(node, "a password is only sent over TLS: require_tls cannot be false here")
    }
  }

  private static func unsubscribe(_ node: Node, at place: SettingsPlace) throws -> String {
    let text = try place.text(node, "unsubscribe")
    let isSound =
      (text.hasPrefix("https://") || text.hasPrefix("mailto:"))
      && text.utf8.allSatisfy { 0x21..<0x7F ~= $0 && $0 != 0x3C && $0 != 0x3E }
    guard isSound else {
      throw place.error(node, "an address of https:// or mailto: is expected for unsubscribe")
    }
    return text
  }
}

/// Somebody else's service that is told by signed requests.
public struct HookSettings: Hashable, Sendable {
  /// Where; nil for webhooks, which bring their own address.
  public let url: HTTPAddress?
  /// Where the secret comes from by which requests are signed.
  public let key: GatewaySettings.KeySource

  private enum SMSKey: String, CaseIterable { case url, key_variable, key_file }
  private enum WebhookKey: String, CaseIterable { case secret_variable, secret_file }

  /// Reads `sms: {url, key_variable}`.
  static func sms(_ node: Node, at place: SettingsPlace) throws -> HookSettings {
    try place.refuseSecrets(in: node)
    let values = try place.keys(SMSKey.self, of: node, "sms")
    guard let url = values[.url], let address = HTTPAddress(try place.text(url, "url")) else {
      throw place.error(
        values[.url] ?? node, "an address that begins with https:// is expected for url")
    }
    return HookSettings(
      url: address,
      key: try place.keySource(values[.key_variable], values[.key_file], "key", in: node))
  }

  /// Reads `webhooks: {secret_variable}`, or another part that has just that.
  static func webhooks(
    _ node: Node, at place: SettingsPlace, _ part: String = "webhooks"
  ) throws -> HookSettings {
    try place.refuseSecrets(in: node)
    let values = try place.keys(WebhookKey.self, of: node, part)
    return HookSettings(
      url: nil,
      key: try place.keySource(
        values[.secret_variable], values[.secret_file], "secret", in: node))
  }
}

/// Where letters go.
public struct LetterSettings: Hashable, Sendable {
  /// The folder, with a folder for each day in it.
  public let folder: String

  private enum Key: String, CaseIterable { case folder }

  static func read(_ node: Node, at place: SettingsPlace) throws -> LetterSettings {
    guard let folder = try place.keys(Key.self, of: node, "letters")[.folder] else {
      throw place.error(node, "letters needs folder: PATH")
    }
    return LetterSettings(folder: try place.text(folder, "folder"))
  }
}

extension SettingsPlace {
  /// The values of a part of the file by key; an unknown key is an error.
  func keys<Key: RawRepresentable & CaseIterable & Hashable>(
    _ type: Key.Type, of node: Node, _ part: String
  ) throws -> [Key: Node] where Key.RawValue == String {
    guard let mapping = node.mapping else {
      throw error(node, "keys with values are expected for \(part)")
    }
    var values: [Key: Node] = [:]
    for (name, value) in mapping {
      guard let key = Key(rawValue: name.string ?? "") else {
        throw error(
          name, "there is no key '\(name.string ?? "?")' of \(part)", code: "settings_key_unknown",
          hint: "known keys: " + Key.allCases.map(\.rawValue).joined(separator: ", "))
      }
      values[key] = value
    }
    return values
  }

  func flag(_ node: Node, _ key: String) throws -> Bool {
    switch node.scalar?.string {
    case "true": return true
    case "false": return false
    default: throw error(node, "true or false is expected for \(key)")
    }
  }

  fileprivate func address(_ node: Node, _ key: String) throws -> EmailAddress {
    guard let address = EmailAddress(try text(node, key)),
      address.address.utf8.allSatisfy({ $0 < 0x7F })
    else { throw error(node, "an address as Billing <billing@example.com> is expected for \(key)") }
    return address
  }

  fileprivate func domain(_ node: Node, _ key: String) throws -> String {
    let text = try text(node, key).lowercased()
    let isSound =
      text.utf8.count <= 253 && text.first != "." && text.last != "."
      && text.utf8.allSatisfy {
        97...122 ~= $0 || 48...57 ~= $0 || $0 == 45 || $0 == 46
      }
    guard isSound else { throw error(node, "a host's name is expected for \(key)") }
    return text
  }

  /// Where a secret comes from: the environment variable or the file that one of the keys names.
  func keySource(
    _ variable: Node?, _ file: Node?, _ word: String, in node: Node
  ) throws -> GatewaySettings.KeySource {
    switch (variable, file) {
    case (let variable?, nil):
      let name = try text(variable, "\(word)_variable")
      // What is no name may be the key itself, and is not repeated.
      guard name.utf8.allSatisfy({ 65...90 ~= $0 || 48...57 ~= $0 || $0 == 95 }) else {
        throw error(
          variable,
          "the name of an environment variable is expected for \(word)_variable: capital "
            + "letters, digits and _")
      }
      return .variable(name)
    case (nil, let file?): return .file(try text(file, "\(word)_file"))
    default: throw error(node, "either \(word)_variable or \(word)_file is expected")
    }
  }
}
