// SPDX-License-Identifier: Apache-2.0
public import Transport
import Yams

/// One gateway as the settings file describes it.
public struct GatewaySettings: Hashable, Sendable {
  /// What is behind a gateway.
  public enum Kind: Hashable, Sendable {
    /// Nothing: the token decides.
    case simulated
    /// Stripe's API, at an address, with a key from there, and so many calls a second at most.
    case stripe(base: HTTPAddress, key: KeySource, perSecond: Int)
    /// A bank that collects by files.
    case bankFile(BankFileSettings)
  }

  /// Where a key comes from.
  public enum KeySource: Hashable, Sendable {
    /// The environment variable of this name.
    case variable(String)
    /// The file at this path, which nobody else may read.
    case file(String)
  }

  /// The name that payment sources know it by.
  public let name: String
  /// What is behind it.
  public let kind: Kind

  /// Describes a gateway.
  public init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// The one that is there without being asked for.
  public static let simulated = GatewaySettings(name: "simulated", kind: .simulated)

  /// How many calls a second a gateway gets unless the settings say otherwise.
  public static let usualRate = 25
}

extension GatewaySettings {
  enum Key: String, CaseIterable {
    case kind, base_url, key_variable, key_file, rate_limit
    case creditor_name, creditor_id, iban, bic, scheme, cut_off, lead_days, notice_days, notice
    case settle_days

    /// The keys of a gateway of Stripe's.
    static let stripe: Set<Key> = [.kind, .base_url, .key_variable, .key_file, .rate_limit]
    /// The keys of a gateway by files.
    static let bankFile = Set(allCases).subtracting(stripe).union([.kind])
  }

  /// Reads the gateways of a settings file, by name.
  static func read(_ node: Node, at place: SettingsPlace) throws -> [GatewaySettings] {
    try place.refuseSecrets(in: node)
    guard let mapping = node.mapping else {
      throw place.error(node, "gateways by name are expected")
    }
    let gateways = try mapping.map { try read(name: $0.key, $0.value, at: place) }
    return gateways.contains { $0.name == simulated.name } ? gateways : gateways + [simulated]
  }

  private static func read(
    name: Node, _ node: Node, at place: SettingsPlace
  ) throws -> GatewaySettings {
    guard let text = name.string, Settings.isPlainName(text) else {
      throw place.error(name, "a gateway's name is lower-case letters, digits and _")
    }
    guard let mapping = node.mapping else {
      throw place.error(node, "kind and the like are expected for the gateway \(text)")
    }
    var values: [Key: Node] = [:]
    for (name, value) in mapping {
      guard let key = Key(rawValue: name.string ?? "") else {
        throw place.error(
          name, "there is no key '\(name.string ?? "?")' of a gateway",
          code: "settings_key_unknown",
          hint: "known keys: " + Key.allCases.map(\.rawValue).joined(separator: ", "))
      }
      values[key] = value
    }
    let kind = try kind(values, node, at: place)
    guard text != simulated.name || kind == .simulated else {
      throw place.error(name, "the gateway 'simulated' can be nothing else")
    }
    return GatewaySettings(name: text, kind: kind)
  }

  private static func kind(
    _ values: [Key: Node], _ node: Node, at place: SettingsPlace
  ) throws -> Kind {
    let kind = values[.kind] ?? node
    switch kind.scalar?.string {
    case "simulated":
      try refuse(values, without: [.kind], of: "simulated", at: place)
      return .simulated
    case "bank-file":
      try refuse(values, without: Key.bankFile, of: "bank-file", at: place)
      return .bankFile(try BankFileSettings(values, node, at: place))
    case "stripe":
      try refuse(values, without: Key.stripe, of: "stripe", at: place)
      return .stripe(
        base: try base(values[.base_url], at: place), key: try keySource(values, node, at: place),
        perSecond: try values[.rate_limit].map {
          try place.count($0, Key.rate_limit.rawValue, upTo: 10_000)
        } ?? usualRate)
    default: throw place.error(kind, "stripe, bank-file or simulated is expected for kind")
    }
  }

  /// Refuses keys that a gateway of this kind does not have.
  private static func refuse(
    _ values: [Key: Node], without known: Set<Key>, of kind: String, at place: SettingsPlace
  ) throws {
    for (key, value) in values where !known.contains(key) {
      throw place.error(value, "a gateway of the kind \(kind) has no \(key.rawValue)")
    }
  }

  private static func base(_ node: Node?, at place: SettingsPlace) throws -> HTTPAddress {
    let text = try node.map { try place.text($0, Key.base_url.rawValue) }
    guard let address = HTTPAddress(text ?? StripeGateway.usualAddress) else {
      throw place.error(
        node ?? Node("", .implicit),
        "an address that begins with https:// is expected for base_url, or http:// on this machine")
    }
    return address
  }

  private static func keySource(
    _ values: [Key: Node], _ node: Node, at place: SettingsPlace
  ) throws -> KeySource {
    try place.keySource(values[.key_variable], values[.key_file], "key", in: node)
  }
}
