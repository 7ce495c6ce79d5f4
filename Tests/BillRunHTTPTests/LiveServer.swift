// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillRunHTTP
import BillingCore
import Foundation
import Logging
import Postgres
import Synchronization
import TestSupport

/// A server of books of its own on a free port of this machine, with a key of all scopes.
struct LiveServer: Sendable {
  let books: Books
  let port: Int
  /// With all scopes, unless a request says otherwise.
  let key: String
  /// By which OAuth names it.
  let clientID: String
  /// What goes with it.
  let clientSecret: String
  let stop: StopSignal

  /// Lends one to the body, and stops it; `serve` are lines below `serve:` of the settings, and
  /// `others` makes further sets of books.
  static func with(
    serve: String = "", others: @Sendable (Books) async throws -> [Settings] = { _ in [] },
    _ body: @Sendable (LiveServer) async throws -> Void
  ) async throws {
    try await withBooks { books in
      try await books.seller(currency: "usd")
      let folder = try TemporaryFolder()
      let file = "\(folder.path)/billrun.yaml"
      let text = "serve:\n  stop_seconds: 5\n  connections: 3\n" + serve
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      let settings = try Settings(
        flags: .init(database: books.database.url, schema: "billing", file: file), environment: [:])
      let made = try await books.connection.operation {
        try APIKeyStore(by: "test").create("tester", APIKey.Scope.allCases, on: $0)
      }
      let all = [settings] + (try await others(books))
      let stop = StopSignal()
      let (ports, port) = AsyncStream.makeStream(of: Int.self)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await APIServer(all, port: 0, log: Logger(label: "t") { _ in Quiet() })
            .run(until: stop) { port.yield($0) }
          port.finish()
        }
        var numbers = ports.makeAsyncIterator()
        guard let number = await numbers.next() else {
          try await group.next()
          return
        }
        defer { stop.request() }
        try await body(
          LiveServer(
            books: books, port: number, key: made.secret, clientID: made.key.clientID,
            clientSecret: made.clientSecret, stop: stop))
        stop.request()
        try await group.waitForAll()
      }
    }
  }

  /// Makes another key.
  func makeKey(_ name: String, _ scopes: [APIKey.Scope]) async throws -> String {
    try await books.connection.operation {
      try APIKeyStore(by: "test").create(name, scopes, on: $0).secret
    }
  }

  /// Waits until a request waits for what the transaction of the books' connection has locked.
  func untilLockIsWaitedFor() async throws {
    let waiting = """
      select count(*) from pg_locks
      where not granted and transactionid = pg_current_xact_id()::xid
      """
    for _ in 0..<100 {
      if try await books.text(waiting) != "0" { return }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Sends a request with the key, and waits for the answer.
  func send(
    _ method: String, _ path: String, _ body: String? = nil, key: String? = nil,
    headers: [String: String] = [:]
  ) async throws -> Reply {
    var all = ["Content-Type": "application/json"].merging(headers) { $1 }
    if all["Authorization"] == nil {
      let user = Data("\(key ?? self.key):".utf8).base64EncodedString()
      all["Authorization"] = "Basic \(user)"
    }
    var text = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
    for (name, value) in all where !value.isEmpty { text += "\(name): \(value)\r\n" }
    if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
    return Reply(try await exchange(text + "\r\n" + (body ?? "")))
  }

  /// Sends bytes as they are, and waits until the server closes the connection.
  func exchange(_ text: String) async throws -> String {
    let port = port
    return try await withCheckedThrowingContinuation { answer in
      // A thread of its own: one that waits in a queue's pool keeps all tests waiting.
      Thread.detachNewThread {
        answer.resume(with: Result { try Self.talk(text, to: port) })
      }
    }
  }

  private static func talk(_ text: String, to port: Int) throws -> String {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let connected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw NoAnswer(trouble: errno) }
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    var got: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes {
        unsafe recv(socket, $0.baseAddress, $0.count, 0)
      }
      if count <= 0 { return String(decoding: got, as: UTF8.self) }
      got += piece[..<count]
    }
  }

  struct NoAnswer: Error {
    let trouble: Int32
  }
}

/// What a server answered.
struct Reply: Sendable {
  let status: Int
  /// With their names in lower case.
  let headers: [String: String]
  let body: String

  init(_ text: String) {
    let parts = text.components(separatedBy: "\r\n\r\n")
    let lines = parts[0].components(separatedBy: "\r\n")
    status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
    headers = Dictionary(
      lines.dropFirst().compactMap { line in
        line.firstIndex(of: ":").map {
          (line[..<$0].lowercased(), String(line[line.index($0, offsetBy: 2)...]))
        }
      }, uniquingKeysWith: { $1 })
    body = parts.dropFirst().joined(separator: "\r\n\r\n")
  }

  /// The body's JSON value of a path, as `items.0.name`, as text; nil where there is none.
  subscript(path: String) -> String? {
    var value = try? JSONSerialization.jsonObject(with: Data(body.utf8), options: .fragmentsAllowed)
    for step in path.split(separator: ".") {
      if let index = Int(step), let list = value as? [Any] {
        value = list.indices.contains(index) ? list[index] : nil
      } else {
        value = (value as? [String: Any])?[String(step)]
      }
    }
    return switch value {
    case nil: nil
    case is NSNull: "null"
    case let number as NSNumber: "\(number)"
    case let text as String: text
    case let list as [Any]: "\(list.count) elements"
    default: "object"
    }
  }
}

/// A log that nobody reads.
private struct Quiet: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.critical
  func log(event: LogEvent) {}
  subscript(metadataKey name: String) -> Logger.Metadata.Value? {
    get { metadata[name] }
    set { metadata[name] = newValue }
  }
}
