// SPDX-License-Identifier: Apache-2.0
import Yams

/// How `billrun-serve` listens, and for which books: `serve` in the settings file.
public struct ServeSettings: Hashable, Sendable {
  /// The address to listen at; a proxy that speaks TLS stands before any but this machine's own.
  public var address = "127.0.0.1"
  /// The port; 0 for any that is free.
  public var port = 8080
  /// How many connections to the database each set of books has.
  public var connections = 8
  /// How large the body of a request may be, in kilobytes of 2^10 bytes.
  public var maxBodyKilobytes = 1024
  /// How large all headers of a request may be together, in kilobytes of 2^10 bytes.
  public var maxHeaderKilobytes = 32
  /// How many requests a key may make in a second, for longer than a moment.
  public var requestsPerSecond = 50
  /// How long a connection may be silent, and a body take to come in, in seconds.
  public var idleSeconds = 30
  /// How long requests have to end after the wish to stop, in seconds.
  public var stopSeconds = 20
  /// How long a token of OAuth is good for, in minutes.
  public var tokenMinutes = 60
  /// The sets of books; empty for the one that the settings name.
  public var books: [BookSettings] = []

  /// A set of books to serve.
  public struct BookSettings: Hashable, Sendable {
    /// The schema with the books.
    public let schema: String
    /// libpq's connection string or URI, with the role of these books; nil for that of the
    /// settings.
    public let database: String?

    /// Describes a set of books.
    public init(schema: String, database: String?) {
      self.schema = schema
      self.database = database
    }
  }

  /// What is usual.
  public init() {}
}

extension ServeSettings {
  private enum Key: String, CaseIterable {
    case address, port, connections, max_body_kb, max_header_kb, requests_per_second, idle_seconds
    case stop_seconds, token_minutes, books
  }

  private enum BookKey: String, CaseIterable { case schema, database }

  static func read(_ node: Node, at place: SettingsPlace) throws -> ServeSettings {
    try place.refuseSecrets(in: node)
    var settings = ServeSettings()
    for (key, value) in try place.keys(Key.self, of: node, "serve") {
      try settings.read(key, value, at: place)
    }
    return settings
  }

  private mutating func read(_ key: Key, _ value: Node, at place: SettingsPlace) throws {
    func count(_ limit: Int) throws -> Int { try place.count(value, key.rawValue, upTo: limit) }
    switch key {
    case .address: address = try place.text(value, key.rawValue)
    case .port: port = value.scalar?.string == "0" ? 0 : try count(65_535)
    case .connections: connections = try count(64)
    case .max_body_kb: maxBodyKilobytes = try count(65_536)
    case .max_header_kb: maxHeaderKilobytes = try count(1024)
    case .requests_per_second: requestsPerSecond = try count(100_000)
    case .idle_seconds: idleSeconds = try count(3600)
    case .stop_seconds: stopSeconds = try count(3600)
    case .token_minutes: tokenMinutes = try count(1440)
    case .books:
      guard let list = value.sequence, !list.isEmpty else {
        throw place.error(value, "a list with schema and database is expected for books")
      }
      books = try list.map { try Self.book($0, at: place) }
      if Set(books.map(\.schema)).count < books.count {
        throw place.error(value, "a schema stands twice in books: a key names its books by it")
      }
    }
  }

  private static func book(_ node: Node, at place: SettingsPlace) throws -> BookSettings {
    let keys = try place.keys(BookKey.self, of: node, "books")
    guard let schema = keys[.schema], Settings.isPlainName(try place.text(schema, "schema")) else {
      throw place.error(node, "a schema's name is expected for each of books")
    }
    let database = try keys[.database].map { try place.text($0, "database") }
    if let database, Settings.holdsPassword(database) { throw place.secret(node, "a password") }
    return BookSettings(schema: try place.text(schema, "schema"), database: database)
  }
}
