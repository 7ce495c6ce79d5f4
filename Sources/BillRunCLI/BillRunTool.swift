// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Glibc

/// The program: its commands, and how it ends.
@main
struct BillRunTool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "billrun",
    abstract: "Bills subscriptions in bulk, out of PostgreSQL and into it.",
    version: Version.text,
    subcommands: [
      Run.self,
      BackfillCommand.self,
      CatchUpCommand.self,
      ChargeCommand.self,
      ChaseCommand.self,
      SendCommand.self,
      BankCommand.self,
      PreviewCommand.self,
      Simulate.self,
      Migrate.self,
      Check.self,
      Runs.self,
      ApprovalsCommand.self,
      InvoiceCommand.self,
      StatementCommand.self,
      PaymentCommand.self,
      FileCommand.self,
      HoldCommand.self,
      KeyCommand.self, WebhookCommand.self,
      MessageCommand.self,
      TemplatesCommand.self,
      Report.self,
      Books.self,
      Events.self,
      Verify.self,
      ImportCommand.self,
      ExportCommand.self,
      DemoCommand.self,
    ])

  /// Parses the command line, runs the command, and leaves with its exit status.
  static func main() async {
    Output.holdClosedFiles()
    Output.ignoreBrokenPipes()
    do {
      var command = try await asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      Glibc.exit(end(with: error).rawValue)
    }
  }

  /// Tells what there is to tell, and returns the exit status.
  private static func end(with error: any Error) -> ExitStatus {
    // An error may come before the options are parsed, so they are looked for in the raw words.
    let words = CommandLine.arguments
    let wantsJSON =
      words.contains { ["--json", "--jsonl", "--format=json"].contains($0) }
      || zip(words, words.dropFirst()).contains { $0 == "--format" && $1 == "json" }
    let output = Output(format: wantsJSON ? .json : .text)
    if let status = error as? ExitStatus { return status }
    switch exitCode(for: error) {
    case .success: return show(fullMessage(for: error), on: output)
    case .validationFailure: return tell(usageError(error), on: output)
    default: return tell(BillRunError(describing: error), on: output)
    }
  }

  private static func tell(_ error: BillRunError, on output: Output) -> ExitStatus {
    output.fail(error)
    return error.status
  }

  /// Prints the help, the version or a completion script that was asked for.
  private static func show(_ text: String, on output: Output) -> ExitStatus {
    do {
      try output.write(Array((text.hasSuffix("\n") ? text : text + "\n").utf8))
      return .ok
    } catch {
      return tell(BillRunError(describing: error), on: output)
    }
  }

  /// What the parser found wrong, with the command that shows the right flags.
  private static func usageError(_ error: any Error) -> BillRunError {
    let message = message(for: error).split(separator: "\n").first ?? "wrong flags"
    let help = fullMessage(for: error).split(separator: "'").last { $0.hasPrefix("billrun") }
    // What a command finds wrong only while it runs is not told as that command's.
    let isOfRoot = help == "billrun --help" || help == nil
    return BillRunError(
      .usage, code: "usage", message.prefix(1).lowercased() + message.dropFirst(),
      hint: isOfRoot ? "\(commandPath) --help" : help.map(String.init))
  }

  /// The words of the command line that name the command: `billrun payment refund`.
  private static var commandPath: String {
    var path = ["billrun"]
    var subcommands = configuration.subcommands
    for word in CommandLine.arguments.dropFirst() {
      guard let command = subcommands.first(where: { $0._commandName == word }) else { break }
      path.append(word)
      subcommands = command.configuration.subcommands
    }
    return path.joined(separator: " ")
  }
}
