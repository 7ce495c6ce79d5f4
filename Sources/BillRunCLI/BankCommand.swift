// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// Collects by files: writes them, follows them, and reads what comes back.
struct BankCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bank", abstract: "Write files that banks collect by, and read theirs.",
    discussion: "docs/BANK-FILES.md shows one day of it.",
    subcommands: [
      BankWrite.self, BankList.self, BankShow.self, BankHandOver.self, BankAcknowledge.self,
      BankRead.self, BankSettle.self, BankEntries.self, BankClear.self,
    ])
}

/// `billrun bank write --as-of DAY`.
struct BankWrite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write", abstract: "Write the debits that wait into files for the bank.",
    discussion: """
      One file for each seller and gateway of the kind bank-file, at most. The same command again \
      writes what is new since, and every file that was not handed over and is missing from the \
      folder, to the byte. Exits with 65 when a debit waits for something, such as its notice.
      """)

  @Option(
    help: ArgumentHelp("The day up to which charges are in it, or today.", valueName: "day"))
  var asOf: AsOf?

  @Option(help: ArgumentHelp("Only write this file again.", valueName: "id")) var again: Int64?

  @Option(help: "Only this gateway.") var gateway: String?

  @Option(help: "Only this seller.") var seller: String?

  @Option(help: ArgumentHelp("Where the files go.", valueName: "folder")) var output = "."

  @Flag(help: "Tell what would be written, and write nothing.") var dry = false

  @Flag(help: "Allow an as-of day more than 62 days ahead.") var yes = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if (asOf == nil) == (again == nil) { throw ValidationError("give --as-of DAY or --again ID") }
  }

  func run() async throws {
    let settings = try options.loadSettings()
    let writer = BankWriter(
      database: Database(settings), gateways: try GatewaySet(settings), user: SystemUser.name)
    let writing: BankWriting
    if let asOf {
      var wanted = BankWriter.Options(asOf: asOf)
      wanted.gateway = gateway
      wanted.seller = seller
      wanted.folder = output
      wanted.isDry = dry
      wanted.allowsFarAsOf = yes
      writing = try await writer.write(wanted)
    } else {
      writing = try await writer.writeAgain(again ?? 0, to: output)
    }
    if options.json {
      try options.output.json { writing.write(to: &$0) }
    } else {
      try options.output.text(writing.text)
    }
    if writing.exitCode != .ok { throw writing.exitCode }
  }
}

/// `billrun bank list`.
struct BankList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the files, the newest first.")

  @OptionGroup var list: ListOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let limit = list.limit.map(Int64.init)
    let files = try await BankFile.list(limit: limit, on: options.connect())
    let output = list.output(options)
    guard output.isJSON else { return try _ = output.text(BankFile.table(of: files).text) }
    var elements = JSONList(to: output)
    for file in files { try elements.append { file.write(to: &$0) } }
    try elements.finish()
  }
}

/// `billrun bank show ID`.
struct BankShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a file, and what became of its debits.")

  @Argument(help: "The file's id.") var id: Int64

  @Flag(help: "Print its bytes, with all account numbers.") var xml = false

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let connection = try await options.connect()
    if xml {
      try await options.output.write(BankFile.content(id, on: connection))
    } else {
      try await Self.show(id, on: connection, options.output)
    }
  }

  /// Prints a file with its blocks, and which of them the bank gets too late.
  static func show(
    _ id: Int64, late: [LateBlock] = [], on connection: isolated Connection, _ output: Output
  ) throws {
    let file = try BankFile.read(id, on: connection)
    let blocks = try BankFile.Block.list(of: id, on: connection)
    if output.isJSON {
      try output.json { file.write(to: &$0, blocks: blocks, late: late) }
    } else {
      try output.text(
        BankFile.table(of: [file]).text + BankFile.Block.table(of: blocks).text
          + late.map { $0.text + "\n" }.joined())
    }
  }
}

/// What the commands that move a file share.
struct BankMove: ParsableArguments {
  @Argument(help: "The file's id.") var id: Int64
  @OptionGroup var options: GlobalOptions

  /// Moves the file, shows it, and tells what the bank gets too late.
  func run(to state: BankFile.State, evenIfPaid: Bool = false) async throws {
    let gateways = try GatewaySet(options.loadSettings())
    let connection = try await options.connect()
    let id = id
    let late = try await connection.operation {
      try BankFile.move(
        id, to: state, evenIfPaid: evenIfPaid, for: gateways, at: WallClock.system.now(),
        by: SystemUser.name, on: $0)
    }
    try await BankShow.show(id, late: late, on: connection, options.output)
    if !late.isEmpty { throw ExitStatus.dataError }
  }
}

/// `billrun bank hand-over ID`.
struct BankHandOver: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hand-over", abstract: "Note that a file is at the bank: once.",
    discussion: """
      Refused with 65 where it would collect what was declined, returned or paid since it was \
      written. Exits with 65, too, when the bank gets it too late for the day that it says: then \
      its debits are final later.
      """)

  @Flag(help: "Collect also of invoices that were paid meanwhile: what is too much becomes credit.")
  var paid = false

  @OptionGroup var move: BankMove

  func run() async throws { try await move.run(to: .handedOver, evenIfPaid: paid) }
}

/// `billrun bank acknowledge ID`.
struct BankAcknowledge: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "acknowledge", abstract: "Note that the bank has taken a file.",
    discussion: "A pain.002 or a statement that billrun bank read reads says the same.")

  @OptionGroup var move: BankMove

  func run() async throws { try await move.run(to: .acknowledged) }
}

/// `billrun bank read FILE…`.
struct BankRead: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Read what the bank sends: pain.002, camt.052, camt.053, camt.054.",
    discussion: """
      Rejected and returned debits follow the retry policy, transfers that name invoices pay them. \
      A file is read once: again, it changes nothing. A file that is refused does not keep the \
      others from being read. Exits with 65 when a transfer is matched to no invoice, something is \
      not taken as it is, or a file is none of these.
      """)

  @Argument(help: "The files.") var files: [String]
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let settings = try options.loadSettings()
    let reader = BankReader(
      gateways: try GatewaySet(settings), at: WallClock.system.now(), by: SystemUser.name)
    let connection = try await Database(settings).open()
    var statuses: [ExitStatus] = []
    for file in files {
      let reading: BankReading
      do {
        reading = try await reader.read(file, on: connection)
      } catch let error as BillRunError where error.status == .dataError {
        options.output.fail(error.naming(file))
        statuses.append(error.status)
        continue
      }
      if options.json {
        try options.output.json { reading.write(to: &$0) }
      } else {
        try options.output.text(reading.text)
      }
      statuses.append(reading.exitCode)
    }
    let worst = ExitStatus.worst(of: statuses)
    if worst != .ok { throw worst }
  }
}

/// `billrun bank settle`.
struct BankSettle: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settle", abstract: "Approve debits that were not returned in time.",
    discussion: """
      billrun charge does the same as its first step. Exits with 65 when debits should be final, \
      but nobody has handed their file over, or an open entry speaks against them; and when no \
      statement has credited what is approved.
      """)

  @Option(help: "Only this seller.") var seller: String?
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let gateways = try GatewaySet(options.loadSettings())
    let settled = try await BankSettlement(
      gateways: gateways, at: WallClock.system.now(), by: SystemUser.name
    ).settle(seller: seller, on: options.connect())
    if options.json {
      try options.output.json { settled.write(to: &$0) }
    } else {
      try options.output.text(settled.text)
    }
    if settled.exitCode != .ok { throw settled.exitCode }
  }
}

extension BillRunError {
  /// The same, with the file that it is about in its message.
  fileprivate func naming(_ file: String) -> BillRunError {
    if message.contains(file) { return self }
    return BillRunError(status, code: code, "nothing read, on \(file), \(message)", hint: hint)
  }
}
