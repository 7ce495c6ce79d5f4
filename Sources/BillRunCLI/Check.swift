// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun

/// Looks whether everything is there that a run needs, and says what to do.
struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look whether everything is there that a run needs, and say what to do.",
    discussion: """
      Looks at server, schema, rights, sequences, time zones, what was done last, the settings of \
      delivery, gateways and templates, and where reports are read, and writes nothing; speaks to \
      nobody but databases without --connect.
      """)

  @OptionGroup var options: GlobalOptions

  @Flag(help: "Also ask whether gateways and the mail server answer.")
  var connect = false

  func run() async throws {
    let settings = try options.loadSettings()
    var readiness = try await Readiness(
      of: Database(settings), lanes: settings.lanes ?? BillRunOptions(asOf: .today).lanes,
      at: WallClock.system.now())
    await readiness.lookAtDelivery(settings, connects: connect)
    await readiness.lookAtGateways(settings, connects: connect)
    await readiness.lookAtDocuments(settings)
    await readiness.lookAtReports(settings)
    try show(readiness, on: options.output)
    guard readiness.status == .ok else { throw readiness.status }
  }

  private func show(_ readiness: Readiness, on output: Output) throws {
    guard output.isJSON else {
      for finding in readiness.findings {
        let text = finding.trouble?.message ?? finding.text
        let verdict = finding.trouble != nil ? "bad " : finding.advice != nil ? "note" : "ok  "
        try output.line("\(verdict) \(finding.subject): \(text)")
        if let hint = finding.trouble?.hint ?? finding.advice {
          try output.line("     hint: \(hint)")
        }
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
      $0.field("hint", trouble?.hint ?? advice)
    }
  }
}
