// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Yams

/// `billrun.yaml`, read and checked: an unknown key is an error with its line, and so is a secret.
struct SettingsFile: Equatable, Sendable {
  var database: String?
  var schema: String?
  var lanes: Int?
  var publicURL: String?
  var links: HookSettings?
  var templates: String?
  var metricsFile: String?
  var maxFileMegabytes: Int?
  var gateways: [GatewaySettings]?
  var mail: MailSettings?
  var sms: HookSettings?
  var webhooks: HookSettings?
  var letters: LetterSettings?
  var gate: GateLimits?
  var reportDatabase: String?
  var serve: ServeSettings?

  /// What a file without any key says.
  init() {}

  /// Reads a file; throws `BillRunError` when it cannot be read or something in it is wrong.
  init(path: String) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw BillRunError(
        .configuration, code: "settings_unreadable",
        "settings not read, on \(path), "
          + (isThere ? "it cannot be opened" : "there is no such file"),
        hint: isThere ? "ls -l \(path)" : "billrun … --settings FILE")
    }
    try self.init(yaml: String(decoding: bytes, as: UTF8.self), path: path)
  }

  /// Reads the text of a file; the path is for the errors.
  init(yaml: String, path: String) throws {
    let place = SettingsPlace(path: path)
    guard let root = try place.root(of: yaml) else { return }
    guard let mapping = root.mapping else {
      throw place.error(root, "keys with values are expected")
    }
    for (name, value) in mapping {
      guard let key = Key(rawValue: name.string ?? "") else {
        throw place.error(
          name, "there is no key '\(name.string ?? "?")'", code: "settings_key_unknown",
          hint: "known keys: " + Key.allCases.map(\.rawValue).joined(separator: ", "))
      }
      try read(key, value, at: place)
    }
  }

  /// The keys that the file may have.
  private enum Key: String, CaseIterable {
    case database, schema, lanes, public_url, gateways, smtp, templates, gate, metrics_file, reports
    case max_file_mb, sms, webhooks, letters, serve, links
  }

  private mutating func read(_ key: Key, _ value: Node, at place: SettingsPlace) throws {
    switch key {
    case .database:
      database = try place.text(value, key.rawValue)
      if Settings.holdsPassword(database ?? "") { throw place.secret(value, "a password") }
    case .schema: schema = try place.text(value, key.rawValue)
    case .lanes: lanes = try place.count(value, key.rawValue)
    case .public_url: publicURL = try place.url(value, key.rawValue)
    case .templates: templates = try place.text(value, key.rawValue)
    case .metrics_file: metricsFile = try place.text(value, key.rawValue)
    case .max_file_mb: maxFileMegabytes = try place.count(value, key.rawValue)
    // Whoever acts on these checks their keys; here they only must not hold a secret.
    case .gateways: gateways = try GatewaySettings.read(value, at: place)
    case .smtp: mail = try MailSettings.read(value, at: place)
    case .sms: sms = try HookSettings.sms(value, at: place)
    case .webhooks: webhooks = try HookSettings.webhooks(value, at: place)
    case .links: links = try HookSettings.webhooks(value, at: place, "links")
    case .letters: letters = try LetterSettings.read(value, at: place)
    case .gate: gate = try GateLimits.read(value, at: place)
    case .reports: try readReports(value, at: place)
    case .serve: serve = try ServeSettings.read(value, at: place)
    }
  }
}

extension SettingsFile {
  private enum ReportsKey: String, CaseIterable { case database }

  /// Reads `reports: {database: URL}`.
  private mutating func readReports(_ node: Node, at place: SettingsPlace) throws {
    try place.refuseSecrets(in: node)
    guard let value = try place.keys(ReportsKey.self, of: node, "reports")[.database] else {
      return
    }
    reportDatabase = try place.text(value, "database")
    if Settings.holdsPassword(reportDatabase ?? "") { throw place.secret(value, "a password") }
  }
}

/// Reads single values of a file and says where a wrong one stands.
struct SettingsPlace {
  let path: String

  /// The document; nil when the file is empty.
  func root(of yaml: String) throws -> Node? {
    do {
      return try Yams.compose(yaml: yaml)
    } catch let error as YamlError {
      throw syntaxError(error)
    }
  }

  func text(_ node: Node, _ key: String) throws -> String {
    guard let text = node.scalar?.string, !text.isEmpty else {
      throw error(node, "a text is expected for \(key)")
    }
    return text
  }

  func count(_ node: Node, _ key: String, upTo limit: Int = 64) throws -> Int {
    guard let count = Int(node.scalar?.string ?? ""), 1...limit ~= count else {
      throw error(node, "a whole number from 1 to \(limit) is expected for \(key)")
    }
    return count
  }

  func url(_ node: Node, _ key: String) throws -> String {
    let text = try text(node, key)
    guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
      throw error(node, "an address that begins with https:// is expected for \(key)")
    }
    return text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  func refuseSecrets(in node: Node) throws {
    for element in node.sequence ?? [] { try refuseSecrets(in: element) }
    for (name, value) in node.mapping ?? [:] {
      let name = name.string ?? ""
      if ["password", "secret", "key", "api_key", "token"].contains(name) {
        throw secret(value, "the value of '\(name)'")
      }
      try refuseSecrets(in: value)
    }
  }

  func secret(_ node: Node, _ what: String) -> BillRunError {
    error(
      node, "\(what) does not belong in the file", code: "settings_hold_secret",
      hint: "put it in an environment variable and name that variable here")
  }

  func error(
    _ node: Node, _ problem: String, code: String = "settings_value_wrong", hint: String? = nil
  ) -> BillRunError {
    error(line: node.mark?.line, problem, code: code, hint: hint)
  }

  private func error(
    line: Int?, _ problem: String, code: String, hint: String?
  ) -> BillRunError {
    let line = line.map { " line \($0)" } ?? ""
    return BillRunError(
      .configuration, code: code, "settings not read, on \(path)\(line), \(problem)",
      hint: hint ?? "see the keys and their values in docs/OPERATIONS.md")
  }

  private func syntaxError(_ error: YamlError) -> BillRunError {
    let code = "settings_not_yaml"
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return self.error(line: mark.line, problem, code: code, hint: nil)
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.sorted().joined(separator: ", ")
      return self.error(
        line: context.mark.line, "a key stands twice: \(names)", code: code, hint: nil)
    default:
      return self.error(line: nil, "it is not YAML", code: code, hint: nil)
    }
  }
}
