// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Runs lines of shell, in which `billrun` is the program as this build made it.
public struct Shell: Sendable {
  /// How a line ended.
  public struct Outcome: Hashable, Sendable {
    /// The exit status; 128 and the signal's number when a signal ended it.
    public let status: Int32
    /// Standard output.
    public let output: String
    /// Standard error.
    public let story: String
  }

  private var environment: [String: String]

  /// Makes a shell with the environment of the tests, but without what tells of a database.
  ///
  /// A nil database leaves `DATABASE_URL` unset. `variables` come on top.
  public init(database url: String?, variables: [String: String] = [:]) {
    environment = ProcessInfo.processInfo.environment
    for name in ["BILLRUN_SCHEMA", "BILLRUN_LOG", "JOURNAL_STREAM"] { environment[name] = nil }
    environment["DATABASE_URL"] = url
    environment["PATH"] = Self.folder + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
    environment.merge(variables) { $1 }
  }

  /// Runs one line in the package's folder, and waits for its end.
  public func run(_ line: String) async throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["output", "story"].map { folder.appending(path: $0) }
    for file in files { try Data().write(to: file) }

    let child = Process()
    child.executableURL = URL(filePath: "/bin/sh")
    child.arguments = ["-c", line]
    child.environment = environment
    child.currentDirectoryURL = URL(filePath: PackageFolder.path)
    child.standardInput = FileHandle.nullDevice
    child.standardOutput = try FileHandle(forWritingTo: files[0])
    child.standardError = try FileHandle(forWritingTo: files[1])
    try await withCheckedThrowingContinuation { (end: CheckedContinuation<Void, any Error>) in
      child.terminationHandler = { _ in end.resume() }
      do { try child.run() } catch { end.resume(throwing: error) }
    }
    let isSignal = child.terminationReason == .uncaughtSignal
    return Outcome(
      status: isSignal ? 128 + child.terminationStatus : child.terminationStatus,
      output: try String(contentsOf: files[0], encoding: .utf8),
      story: try String(contentsOf: files[1], encoding: .utf8))
  }

  /// Where the build puts its programs: beside the running tests.
  private static var folder: String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let folder = URL(filePath: own).deletingLastPathComponent().path
    let isThere = FileManager.default.isExecutableFile(atPath: folder + "/billrun")
    return isThere ? folder : PackageFolder.path + "/.build/debug"
  }
}
