// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// Closes the books of a month, reopens them, and tells how far they are closed.
struct Books: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Close the books: recognise deferred revenue, and book nothing before a day.",
    subcommands: [Close.self, Show.self, Reopen.self])

  /// `billrun books close --through DAY`.
  struct Close: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Recognise what is earned up to a day, and close the books through it.",
      discussion: """
        The day itself is closed, too: from then on nothing is dated on or before it. Closing the \
        same day again books nothing.
        """)

    @Option(help: ArgumentHelp("The last day that is closed.", valueName: "day"))
    var through: LocalDate

    @Option(help: ArgumentHelp("Only the books of this seller.", valueName: "id"))
    var seller: String?

    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let closing = BooksClosing(database: try Database(options.loadSettings()))
      try Books.show(await closing.close(through: through, seller: seller), on: options.output)
    }
  }

  /// `billrun books show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show how far the books are closed, and what is deferred by month to come.")

    @Option(help: ArgumentHelp("Only the books of this seller.", valueName: "id"))
    var seller: String?

    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let connection = try await options.connect()
      try Books.show(await BooksState.read(seller: seller, on: connection), on: options.output)
    }
  }

  /// `billrun books reopen --through DAY --reason TEXT`.
  struct Reopen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Open the days after a day again, and note why.",
      discussion: "Revenue that was recognised stays so; the next close goes on from there.")

    @Option(help: ArgumentHelp("The last day that stays closed.", valueName: "day"))
    var through: LocalDate

    @Option(help: ArgumentHelp("Why, for those who read it later.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("The seller, where there are several.", valueName: "id"))
    var seller: String?

    @OptionGroup var options: GlobalOptions

    func validate() throws {
      if !reason.contains(where: { !$0.isWhitespace }) {
        throw ValidationError("--reason is empty")
      }
    }

    func run() async throws {
      let closing = BooksClosing(database: try Database(options.loadSettings()))
      let states = try await closing.reopen(through: through, reason: reason, seller: seller)
      try Books.show(states, on: options.output)
    }
  }

  private static func show(_ states: [BooksState], on output: Output) throws {
    guard output.isJSON else { return try _ = output.text(BooksState.text(of: states)) }
    var list = JSONList(to: output)
    for state in states { try list.append { state.write(to: &$0) } }
    try list.finish()
  }
}
