// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Yams

/// What a run's drafts are held against before they are posted: `gate` in the settings file.
///
/// All are optional: what has no limit is not looked at. Shares are per cent, amounts major units
/// of the currency of what they are held against.
public struct GateLimits: Hashable, Sendable {
  /// Each limit by its name in the frozen options of a run, such as `total_more`: plain decimals.
  private var values: [String: String] = [:]

  /// The limits as a JSON object, its keys in order.
  var json: String {
    var writer = JSONWriter()
    writer.object { object in
      for (name, value) in values.sorted(by: { $0.key < $1.key }) {
        if name == "compare" { object.field(name, value) } else { object.field(name, raw: value) }
      }
    }
    return writer.text
  }
}

extension GateLimits {
  private enum Key: String, CaseIterable {
    case compare, invoices, total, zero, credit_notes, bill, first_bill, missing_usage
  }

  private enum Range: String, CaseIterable { case less, more, most, above }

  /// How far back the as-of day is with which a run is compared.
  private static let distances = ["day", "week", "month", "year"]

  static func read(_ node: Node, at place: SettingsPlace) throws -> GateLimits {
    try place.refuseSecrets(in: node)
    var limits = GateLimits()
    limits.values["compare"] = "month"
    for (key, value) in try place.keys(Key.self, of: node, "gate") {
      try limits.read(key, value, at: place)
    }
    return limits
  }

  private mutating func read(_ key: Key, _ value: Node, at place: SettingsPlace) throws {
    switch key {
    case .compare:
      let word = try place.text(value, key.rawValue)
      guard Self.distances.contains(word) else {
        throw place.error(value, "compare is \(Self.distances.joined(separator: ", "))")
      }
      values["compare"] = word
    case .invoices: try read(value, of: key, [.less, .more, .most], at: place)
    case .total: try read(value, of: key, [.less, .more, .most], at: place)
    case .bill: try read(value, of: key, [.less, .more, .above], at: place)
    case .zero, .credit_notes:
      let isShare = value.scalar?.string.hasSuffix("%") == true
      values[key.rawValue + (isShare ? "_share" : "_most")] =
        try isShare
        ? place.share(value, key.rawValue) : place.amount(value, key.rawValue)
    case .first_bill: values["first_bill"] = try place.amount(value, key.rawValue)
    case .missing_usage:
      if try place.flag(value, key.rawValue) { values["missing_usage"] = "true" }
    }
  }

  private mutating func read(
    _ node: Node, of key: Key, _ known: [Range], at place: SettingsPlace
  ) throws {
    for (range, value) in try place.keys(Range.self, of: node, key.rawValue) {
      let name = "\(key.rawValue).\(range.rawValue)"
      guard known.contains(range) else {
        throw place.error(
          value, "there is no key '\(range.rawValue)' of gate.\(key.rawValue)",
          code: "settings_key_unknown",
          hint: "known keys: " + known.map(\.rawValue).joined(separator: ", "))
      }
      let isShare = range == .less || range == .more
      values["\(key.rawValue)_\(range.rawValue)"] =
        try isShare ? place.share(value, name) : place.amount(value, name)
    }
  }
}

extension SettingsPlace {
  /// Per cent, written `12.5%`: a plain decimal, not below zero.
  fileprivate func share(_ node: Node, _ key: String) throws -> String {
    guard let text = node.scalar?.string, text.hasSuffix("%"),
      let share = ExactDecimal(String(text.dropLast())), share.coefficient >= 0
    else { throw error(node, "per cent, such as 10%, is expected for \(key)") }
    return share.description
  }

  /// A number or an amount: a plain decimal, not below zero.
  fileprivate func amount(_ node: Node, _ key: String) throws -> String {
    guard let amount = ExactDecimal(node.scalar?.string ?? ""), amount.coefficient >= 0 else {
      throw error(node, "a number that is not below zero is expected for gate.\(key)")
    }
    return amount.description
  }
}
