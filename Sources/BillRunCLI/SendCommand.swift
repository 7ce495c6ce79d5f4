// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// `billrun send`.
struct SendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Compose and send what is due in the outbox.",
    discussion: """
      What nobody takes is tried again after 1, 5, 15 and 60 minutes, 4 hours, and then daily. \
      Several may send at the same time; what a killed one was at goes out when its claim has \
      lapsed, under the same Message-ID. Exits with 65 when messages are held or will never \
      arrive, with 69 when a server does not answer, with 75 when it was stopped, with 78 when \
      settings are missing or a server does not let us in.
      """)

  /// A part of the work.
  enum Step: String, ExpressibleByArgument, CaseIterable {
    case compose
  }

  @Option(help: ArgumentHelp("Only compose, so that sending is quick.", valueName: "step"))
  var only: Step?

  @Option(help: ArgumentHelp("Only email, letter, sms or webhook.", valueName: "channel"))
  var channel: String?

  @Option(help: ArgumentHelp("At most so many messages.", valueName: "count"))
  var limit: Int?

  @Flag(help: "Tell what is due, and do nothing.")
  var dry = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
    if let channel, !CarrierSet.channels.contains(channel) {
      throw ValidationError(
        "--channel is one of \(CarrierSet.channels.joined(separator: ", "))")
    }
  }

  func run() async throws {
    let settings = try options.loadSettings()
    var wanted = SendOptions()
    wanted.limit = limit
    wanted.composesOnly = only == .compose
    wanted.channel = channel
    let engine = SendEngine(
      database: Database(settings), carriers: try CarrierSet(settings),
      composer: try MessageComposer(settings), options: wanted, stop: StopSignal.install(),
      user: SystemUser.name)
    if dry { return try tell(try await engine.look()) }
    // A part of the outbox does not say how the whole of it is.
    if only != nil || channel != nil { return try tell(try await engine.send()) }
    try await options.measured("send", settings) { metrics in
      let summary = try await engine.send()
      metrics.add(summary)
      try tell(summary)
    }
  }

  private func tell(_ summary: SendSummary) throws {
    if options.json {
      try options.output.line(summary.json)
    } else {
      try options.output.text(summary.text + "\n")
    }
    if summary.exitCode != .ok { throw summary.exitCode }
  }
}
