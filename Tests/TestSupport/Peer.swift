// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A program that runs beside a test, listens on a port of this machine, and ends with it.
///
/// It prints its port as its first line, and ends when its standard input does.
public final class Peer: Sendable {
  /// The port on 127.0.0.1.
  public let port: Int
  private let input: FileHandle

  /// Whether the peers that are written in Python can run here.
  public static let hasPython = isExecutable("python3")

  /// What a test that needs Python says when it is skipped.
  public static let pythonMissing = "python3 is not installed: apt-get install python3"

  /// Whether the PATH has a program.
  public static func isExecutable(_ name: String) -> Bool {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }

  /// Starts a file of `Tests/Peers`, or any other program, and waits until it listens.
  public init(
    _ file: String, _ arguments: [String] = [], python: String = "python3",
    variables: [String: String] = [:]
  ) async throws {
    let child = Process()
    child.executableURL = URL(filePath: "/usr/bin/env")
    child.arguments = [python, "\(PackageFolder.path)/Tests/Peers/\(file)"] + arguments
    child.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    let (input, output) = (Pipe(), Pipe())
    child.standardInput = input
    child.standardOutput = output
    try child.run()
    self.input = input.fileHandleForWriting
    let reading = output.fileHandleForReading
    let line = await withCheckedContinuation { answer in
      Thread.detachNewThread { answer.resume(returning: Self.line(from: reading)) }
    }
    guard let port = Int(line) else { throw NotListening(file: file, said: line) }
    self.port = port
  }

  deinit { try? input.close() }

  /// A program ended, or said something else than its port.
  public struct NotListening: Error {
    /// The program.
    public let file: String
    /// Its first line.
    public let said: String
  }

  private static func line(from handle: FileHandle) -> String {
    var bytes = Data()
    while let more = try? handle.read(upToCount: 1), !more.isEmpty, more.first != 10 {
      bytes += more
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A folder for the files of one test, removed with it.
public final class TemporaryFolder: Sendable {
  /// Its path, without a slash at the end.
  public let path: String

  /// Makes one.
  public init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
