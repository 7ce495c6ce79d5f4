// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Runs each transcript; with `UPDATE_EXAMPLES=1` what differs is written into the file instead.
///
/// One after the other: each is a row of processes, beside which the other tests run.
@Suite(.serialized) struct TranscriptTests {
  @Test(
    "the commands print what the transcript says", .timeLimit(.minutes(15)),
    arguments: try Transcript.all)
  func replay(_ name: String) async throws {
    let transcript = try Transcript(name)
    if transcript.start == .none {
      return try await replay(transcript, databaseName: nil)
    }
    try await withTemporaryDatabase(migrated: transcript.start == .migrated) { database in
      try await replay(transcript, databaseName: database.name)
    }
  }

  private func replay(_ transcript: Transcript, databaseName name: String?) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let words = Placeholders(folder: folder.path, database: name)
    let update = ProcessInfo.processInfo.environment["UPDATE_EXAMPLES"] == "1"
    var shell = Shell(database: name.map { TemporaryDatabase.url(database: $0) })
    var seen: [Transcript.Piece] = []
    for piece in transcript.pieces {
      switch piece {
      case .comment: break
      case .sql(let sql): try await TemporaryDatabase.run(words.filled(sql), inDatabase: name ?? "")
      case .user(let user):
        let url = TemporaryDatabase.url(database: name ?? "", user: words.filled(user))
        shell = Shell(database: url)
      case .file(let name, let text):
        let lines = words.filled(text).replacing("\\n", with: "\n") + "\n"
        try Data(lines.utf8).write(to: folder.appending(path: name))
      case .step(let step):
        let outcome = try await shell.run(words.filled(step.command))
        let found = Transcript.Step(
          command: step.command,
          output: words.lines(outcome.output, like: step.output),
          story: words.lines(outcome.story, like: step.story), status: outcome.status)
        seen.append(.step(found))
        if !update { expect(found, like: step) }
        continue
      }
      seen.append(piece)
    }
    if update { try Data(Transcript.text(seen).utf8).write(to: transcript.file) }
  }

  private func expect(_ found: Transcript.Step, like step: Transcript.Step) {
    #expect(found.output == step.output, "standard output of \(step.command)")
    #expect(found.story == step.story, "standard error of \(step.command)")
    #expect(found.status == step.status, "exit status of \(step.command)")
  }

  @Test("a line with [..] matches anything in its place and nothing else")
  func wildcards() {
    #expect("applied 11 in 3 s".matches("applied [..] in [..] s"))
    #expect("anything".matches("[..]"))
    #expect(!"applied 11".matches("applied [..] s"))
    #expect(!"ab".matches("ab[..]b"))
    #expect(!"x".matches("y"))
  }
}

/// What stands for the names that differ from test to test.
private struct Placeholders {
  let folder: String
  let database: String?

  /// The text with the names of this test.
  func filled(_ text: String) -> String {
    let text = text.replacing("{folder}", with: folder)
    return database.map { text.replacing("{database}", with: $0) } ?? text
  }

  /// The lines of a text, in which one that matches the expected line takes its words.
  func lines(_ text: String, like expected: [String]) -> [String] {
    var lines = text.components(separatedBy: "\n")
    if lines.last == "" { lines.removeLast() }
    return lines.enumerated().map { index, line in
      var line = line.replacing(folder, with: "{folder}")
      if let database { line = line.replacing(database, with: "{database}") }
      guard expected.indices.contains(index), line.matches(expected[index]) else { return line }
      return expected[index]
    }
  }
}
