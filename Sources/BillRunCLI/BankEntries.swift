// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// `billrun bank entries`.
struct BankEntries: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "entries", abstract: "List what statements told of, the newest first.",
    discussion: """
      Transfers, and what could not be taken as it was. With --open only what waits for a person: \
      then it exits with 65 when there is any.
      """)

  @Flag(help: "Only what waits for a person.") var open = false
  @OptionGroup var list: ListOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let limit = list.limit.map(Int64.init)
    let entries = try await BankEntry.list(onlyOpen: open, limit: limit, on: options.connect())
    let output = list.output(options)
    if output.isJSON {
      var elements = JSONList(to: output)
      for entry in entries { try elements.append { entry.write(to: &$0) } }
      try elements.finish()
    } else {
      try output.text(BankEntry.table(of: entries).text)
    }
    if open && !entries.isEmpty { throw ExitStatus.dataError }
  }
}

/// `billrun bank clear ID --note TEXT`.
struct BankClear: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear", abstract: "Note what was done about an entry that was open.",
    discussion: """
      It books nothing: what the entry is, is recorded first, with billrun payment record or \
      payment return, and named here. An entry that another one tells of, too, is \
      cleared with a note alone. With --collected, a credit of our debits that has another amount \
      than they is theirs; with --fee, what the bank took is its fee: both are booked.
      """)

  @Argument(help: "The entry's id.") var id: Int64

  @Option(help: "What was done.") var note: String

  @Option(help: ArgumentHelp("The payment that it is.", valueName: "id")) var payment: Int64?

  @Flag(help: "It is money of our debits: book it, and what it is less as the bank's fee.")
  var collected = false

  @Flag(help: "It is a fee of the bank for a return: book it.") var fee = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if [collected, fee, payment != nil].filter({ $0 }).count > 1 {
      throw ValidationError("give --payment, --collected or --fee")
    }
    if note.allSatisfy(\.isWhitespace) { throw ValidationError("say with --note what was done") }
  }

  func run() async throws {
    let connection = try await options.connect()
    let (id, payment, note, collected, fee) = (id, payment, note, collected, fee)
    let (moment, user) = (WallClock.system.now(), SystemUser.name)
    let entry = try await connection.operation { connection in
      if collected {
        return try BankEntry.collect(id, note: note, at: moment, by: user, on: connection)
      }
      if fee {
        return try BankEntry.charge(id, note: note, at: moment, by: user, on: connection)
      }
      return try BankEntry.clear(
        id, payment: payment, note: note, at: moment, by: user, on: connection)
    }
    if options.json {
      try options.output.json { entry.write(to: &$0) }
    } else {
      try options.output.text(BankEntry.table(of: [entry]).text)
    }
  }
}
