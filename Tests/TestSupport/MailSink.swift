// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A mail server beside a test, which keeps what it takes in a folder (`Tests/Peers`).
public final class MailSink: Sendable {
  /// The Python that has aiosmtpd; nil when there is none.
  public static let python = ProcessInfo.processInfo.environment["BILLRUN_LOCALSTRIPE"]

  /// What a test that needs it says when it is skipped.
  public static let missing = "aiosmtpd is not there: scripts/test --peers"

  /// The port on 127.0.0.1.
  public var port: Int { peer.port }

  private let peer: Peer
  private let folder: TemporaryFolder

  /// Starts one.
  ///
  /// `port` is a port that it had before; the folder is what that one kept.
  public init(
    _ variables: [String: String] = [:], port: Int? = nil, keeping folder: TemporaryFolder? = nil
  ) async throws {
    self.folder = try folder ?? TemporaryFolder()
    peer = try await Peer(
      "mail_server.py", [self.folder.path] + (port.map { [String($0)] } ?? []),
      python: Self.python ?? "python3", variables: variables)
  }

  /// The Message-IDs of all that was taken, in order.
  public var ids: [String] {
    let log = try? String(contentsOfFile: "\(folder.path)/log", encoding: .utf8)
    return (log ?? "").split(separator: "\n").map(String.init)
  }

  /// A message that was taken, counted from 1, to the byte.
  public func message(_ number: Int) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: "\(folder.path)/\(number).eml")))
  }

  /// The envelope of a message as JSON text.
  public func envelope(_ number: Int) throws -> String {
    try String(contentsOfFile: "\(folder.path)/\(number).json", encoding: .utf8)
  }

  /// A certificate for localhost of a day, made by openssl; nil where that is not there.
  public static func certificate(in folder: TemporaryFolder) async throws -> (
    certificate: String, key: String
  )? {
    guard Peer.isExecutable("openssl") else { return nil }
    let (certificate, key) = ("\(folder.path)/cert.pem", "\(folder.path)/key.pem")
    let made = try await Shell(database: nil).run(
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
        + "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -out \(certificate) -keyout \(key)")
    return made.status == 0 ? (certificate, key) : nil
  }
}

/// A message as Python's `email` module reads it.
public enum MailReading {
  /// The headers and parts of a message as JSON text: `headers` is a list of pairs, `parts` a list
  /// of objects with `type`, `name` and `text` or `base64`.
  public static func json(of message: [UInt8]) async throws -> String {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/message.eml"
    try Data(message).write(to: URL(filePath: path))
    let read = try await Shell(database: nil).run(
      "python3 \(PackageFolder.path)/Tests/Peers/read_mail.py \(path)")
    return read.output
  }
}
