// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// A text file with commands and what they print.
///
///     % database migrated            or empty, or none; the first directive
///     % sql create role {database}_reader login
///     % as {database}_reader
///     % file prices.jsonl {"object":…}        \n stands for a line feed
///     $ billrun check
///     ok   schema: [..]              standard output; [..] stands for anything
///     ! billrun: rights missing      standard error
///     = 77                           exit status, which ends the step
///
/// `{database}` is the name of the test's own database, `{folder}` that of the files. Lines before
/// the first step and between steps are comments.
struct Transcript {
  /// What a line between steps asks for.
  enum Piece {
    case comment(String)
    case sql(String)
    case user(String)
    case file(name: String, text: String)
    case step(Step)
  }

  /// One command with what it prints.
  struct Step {
    let command: String
    var output: [String]
    var story: [String]
    var status: Int32
  }

  /// The state of the database that it begins with.
  enum Start: String {
    case migrated, empty, none
  }

  let file: URL
  private(set) var start = Start.none
  private(set) var pieces: [Piece] = []

  /// Every transcript of this folder.
  static var all: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".txt") }
        .sorted()
    }
  }

  private static let folder = PackageFolder.path + "/Tests/BillRunCLITests/Transcripts"

  /// Reads a transcript of this folder.
  init(_ name: String) throws {
    file = URL(filePath: Self.folder).appending(path: name)
    var lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")[...]
    if lines.last == "" { lines.removeLast() }
    while let line = lines.popFirst() {
      if let command = line.after("$ ") {
        pieces.append(.step(try Self.step(command, &lines)))
      } else if let state = line.after("% database ") {
        start = try Start(rawValue: state).orThrow("no state '\(state)'")
        pieces.append(.comment(line))
      } else if let sql = line.after("% sql ") {
        pieces.append(.sql(sql))
      } else if let user = line.after("% as ") {
        pieces.append(.user(user))
      } else if let file = line.after("% file ") {
        let parts = file.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw TranscriptError("a file has no text: \(file)") }
        pieces.append(.file(name: parts[0], text: parts[1]))
      } else {
        pieces.append(.comment(line))
      }
    }
  }

  private static func step(_ command: String, _ lines: inout ArraySlice<String>) throws -> Step {
    var step = Step(command: command, output: [], story: [], status: 0)
    while let line = lines.popFirst() {
      if let status = line.after("= ") {
        step.status = try Int32(status).orThrow("no status '\(status)'")
        return step
      } else if let story = line.after("! ") {
        step.story.append(story)
      } else {
        step.output.append(line)
      }
    }
    throw TranscriptError("the step has no '= STATUS': \(command)")
  }

  /// The file's text with these pieces.
  static func text(_ pieces: [Piece]) -> String {
    pieces.flatMap { piece in
      switch piece {
      case .comment(let text): [text]
      case .sql(let sql): ["% sql " + sql]
      case .user(let user): ["% as " + user]
      case .file(let name, let text): ["% file \(name) \(text)"]
      case .step(let step):
        ["$ " + step.command] + step.output + step.story.map { "! " + $0 } + ["= \(step.status)"]
      }
    }.map { $0 + "\n" }.joined()
  }
}

/// What is wrong with a transcript itself.
struct TranscriptError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

extension String {
  /// What follows a prefix; nil when the text does not begin with it.
  fileprivate func after(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }

  /// Whether it is a line that the expected one describes, in which `[..]` stands for anything.
  func matches(_ expected: String) -> Bool {
    let parts = expected.components(separatedBy: "[..]")
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
      return self == expected
    }
    guard hasPrefix(first), hasSuffix(last), count >= first.count + last.count else { return false }
    var rest = dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}

extension Optional {
  fileprivate func orThrow(_ problem: String) throws -> Wrapped {
    guard let self else { throw TranscriptError(problem) }
    return self
  }
}
