// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// The run that a command is about.
struct RunTarget: ParsableArguments {
  @Argument(help: "The run's number.") var number: Int64
  @OptionGroup var options: GlobalOptions

  /// Prepares to work on it, until a signal asks to stop.
  func operations(_ settings: Settings) -> RunOperations {
    RunOperations(
      database: Database(settings), stop: StopSignal.install(), user: SystemUser.name,
      lanes: settings.lanes ?? 2)
  }

  /// Prints what became of the run, and leaves with its status.
  func show(_ summary: RunSummary) throws {
    try options.output.text(options.json ? summary.json + "\n" : summary.text)
    guard summary.exitCode == .ok else { throw summary.exitCode }
  }
}

/// A part of a run, by its payers.
struct PayerOptions: ParsableArguments {
  @Option(name: .customLong("customer"), help: "Only these payers, by id or number.")
  var customers: [String] = []

  /// Their ids; nil for all.
  func ids(_ settings: Settings) async throws -> [Int64]? {
    try await CustomerName.ids(of: customers, in: Database(settings))
  }
}

extension Runs {
  /// `billrun runs post N`.
  struct Post: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give a run's drafts numbers and post them.",
      discussion: """
        What the gate found holds drafts back until --release: all of the run, or the payers that \
        it is about. Exits with 65 while drafts are held.
        """)

    @Flag(help: "Post also what the gate holds.")
    var release = false

    @Option(
      help: ArgumentHelp("Another date for the drafts, and due days by it.", valueName: "day"))
    var invoiceDate: LocalDate?

    @Flag(help: "Allow an invoice date more than 62 days ahead.") var yes = false

    @OptionGroup var payers: PayerOptions
    @OptionGroup var target: RunTarget

    func validate() throws {
      if !payers.customers.isEmpty && !release {
        throw ValidationError("--customer goes with --release: whose findings are released")
      }
    }

    func run() async throws {
      let settings = try target.options.loadSettings()
      try target.show(
        try await target.operations(settings).post(
          target.number, releasing: release, customers: try await payers.ids(settings),
          date: invoiceDate, allowsFarDate: yes))
    }
  }

  /// `billrun runs cancel N`.
  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Drop the drafts of a run that was not posted; the next run bills them again.")

    @OptionGroup var payers: PayerOptions
    @OptionGroup var target: RunTarget

    func run() async throws {
      let settings = try target.options.loadSettings()
      let reversal = try await target.operations(settings).cancel(
        target.number, customers: try await payers.ids(settings))
      try reversal.show(on: target.options.output)
    }
  }

  /// `billrun runs reverse N`.
  struct Reverse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a posted run back, or some payers of it.",
      discussion: """
        Credit notes for what is posted, drafts dropped; the next run bills the periods again, \
        unless --waive says why nobody will. What was paid stays with the customers as credit. \
        Exits with 65 when some documents stay as they are, and says why.
        """)

    @OptionGroup var release: ReleaseOptions
    @OptionGroup var payers: PayerOptions
    @OptionGroup var target: RunTarget

    func run() async throws {
      let settings = try target.options.loadSettings()
      let reversal = try await target.operations(settings).reverse(
        target.number, customers: try await payers.ids(settings), waive: release.waive)
      try reversal.show(on: target.options.output)
    }
  }

  /// `billrun runs gate N`.
  struct Gate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List what the gate found of a run's drafts.")

    @OptionGroup var list: ListOptions
    @OptionGroup var target: RunTarget

    func run() async throws {
      let connection = try await target.options.connect()
      let all = try await GateFinding.list(of: target.number, on: connection)
      let found = list.limit.map { all.prefix($0) } ?? all[...]
      let output = list.output(target.options)
      if output.isJSON {
        var elements = JSONList(to: output)
        for one in found { try elements.append { one.write(to: &$0) } }
        return try elements.finish()
      }
      if found.isEmpty {
        try output.line("nothing was found of run \(target.number)")
        return
      }
      var table = TextTable([
        ("finding", .left), ("customer", .right), ("name", .left), ("what", .left),
        ("released by", .left),
      ])
      for one in found {
        table.add([
          one.code, one.customer.map(String.init) ?? "all", one.name ?? "", one.message,
          one.releasedBy ?? "",
        ])
      }
      try output.text(table.text)
    }
  }

  /// `billrun runs pause N`.
  struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Have a run stop after its batches, until it is resumed.")

    @OptionGroup var target: RunTarget

    func run() async throws {
      try await target.operations(try target.options.loadSettings()).pause(target.number)
      try await target.tellPaused()
    }
  }

  /// `billrun runs resume N`.
  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let a paused run go on with the next start.")

    @OptionGroup var target: RunTarget

    func run() async throws {
      try await target.operations(try target.options.loadSettings()).resume(target.number)
      try await target.tellPaused()
    }
  }
}

extension RunTarget {
  /// Prints the run as it stands.
  fileprivate func tellPaused() async throws {
    let summary = try await RunSummary.read(number, on: try await options.connect())
    try options.output.text(options.json ? summary.json + "\n" : summary.text)
  }
}

extension GateFinding {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "gate_finding")
      $0.field("code", code)
      $0.field("customer", customer)
      $0.field("name", name)
      $0.field("message", message)
      $0.field("released_at", released)
      $0.field("released_by", releasedBy)
    }
  }
}

extension RunReversal {
  /// Prints what was taken back, and leaves with 65 where something stays.
  fileprivate func show(on output: Output) throws {
    if output.isJSON {
      try output.json { write(to: &$0) }
    } else {
      try output.text(text)
    }
    guard exitCode == .ok else { throw exitCode }
  }
}
