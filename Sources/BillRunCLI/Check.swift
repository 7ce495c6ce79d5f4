// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun

/// Looks whether everything is there that a run needs, and says what to do.
struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look whether everything is there that a run needs, and say what to do.",
    discussion: """
      Looks at server, schema, rights, sequences, time zones, the settings of delivery and \
      templates, and writes nothing and speaks to nobody else.
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let settings = try options.loadSettings()
    var readiness = try await Readiness(of: Database(settings))
    readiness.lookAtDelivery(settings)
    await readiness.lookAtDocuments(settings)
    try show(readiness, on: options.output)
    guard readiness.status == .ok else { throw readiness.status }
  }

  private func show(_ readiness: Readiness, on output: Output) throws {
    guard output.isJSON else {
      for finding in readiness.findings {
        let text = finding.trouble?.message ?? finding.text
        try output.line("\(finding.trouble == nil ? "ok  " : "bad ") \(finding.subject): \(text)")
        if let hint = finding.trouble?.hint { try output.line("     hint: \(hint)") }
      }
      return
    }
    try output.json {
      $0.object {
        $0.field("object", "check")
        $0.field(
          "findings",
          array: { list in for finding in readiness.findings { finding.write(to: &list) } })
        $0.field("exit_code", readiness.status.rawValue)
      }
    }
  }
}

extension Readiness.Finding {
  /// Writes what was looked at and what was found.
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("subject", subject)
      $0.field("ok", trouble == nil)
      $0.field("code", trouble?.code)
      $0.field("message", trouble?.message ?? text)
      $0.field("hint", trouble?.hint)
    }
  }
}
