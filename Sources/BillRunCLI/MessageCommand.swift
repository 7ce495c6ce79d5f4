// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// The messages of the outbox.
struct MessageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "message", abstract: "Tell what is in the outbox, and change it.",
    subcommands: [List.self, Show.self, Retry.self, Cancel.self, Release.self, Allow.self])

  /// `billrun message list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List messages, in the order in which they were queued.")

    @Option(help: ArgumentHelp("Only in this state, as bounced.", valueName: "state"))
    var state: String?

    @Option(help: ArgumentHelp("Only email, letter, sms or webhook.", valueName: "channel"))
    var channel: String?

    @Option(help: ArgumentHelp("Only to this customer: an id or a number.", valueName: "id"))
    var customer: String?

    @Option(help: ArgumentHelp("Only about this invoice: an id or a number.", valueName: "id"))
    var invoice: String?

    @Option(help: ArgumentHelp("Only what comes after this message.", valueName: "id"))
    var cursor: String?

    @OptionGroup var list: ListOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
      if let state, !MessageFilter.states.contains(state) {
        throw ValidationError(
          "--state is one of \(MessageFilter.states.joined(separator: ", "))")
      }
      if let channel, !CarrierSet.channels.contains(channel) {
        throw ValidationError(
          "--channel is one of \(CarrierSet.channels.joined(separator: ", "))")
      }
    }

    func run() async throws { try await show(on: options.connect()) }

    private func show(on connection: isolated Connection) throws {
      var filter = MessageFilter()
      filter.state = state
      filter.channel = channel
      filter.customer = try customer.map { try CustomerName.id(of: $0, on: connection) }
      filter.invoice = try invoice.map {
        try InvoiceReader(at: WallClock.system.now()).id(of: $0, on: connection)
      }
      filter.after = try cursor.map { try MessageStore.id(of: $0) }
      filter.limit = list.limit.map(Int64.init)
      let store = MessageStore(by: SystemUser.name)
      let output = list.output(options)
      if output.isJSON {
        var elements = JSONList(to: output)
        try store.read(filter, on: connection) { entry in
          guard try elements.append({ $0.raw(entry.object) }) else { throw ExitStatus.ok }
        }
        try elements.finish()
      } else {
        var entries: [MessageEntry] = []
        try store.read(filter, on: connection) { entries.append($0) }
        try output.text(
          entries.isEmpty ? "no message\n" : MessageEntry.table(of: entries).text)
      }
    }
  }

  /// `billrun message show ID`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a message as an object, or an email as it goes over the wire.")

    @Argument(help: "The message's id.") var id: String

    @Flag(help: "Show the email with its headers and files, as a server gets it.")
    var source = false

    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let settings = try options.loadSettings()
      let connection = try await Database(settings).open()
      let store = MessageStore(by: SystemUser.name)
      let key = try MessageStore.id(of: id)
      if source {
        try options.output.write(try await store.source(of: key, settings, on: connection))
      } else {
        let entry = try await store.message(key, on: connection)
        try Output(format: .json).json { $0.raw(entry.object) }
      }
    }
  }

  /// `billrun message retry ID…`.
  struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Have messages sent again as they are: those that wait, failed or bounced.",
      discussion: """
        A bounced one goes nowhere as long as its address is stopped: billrun message allow.
        """)

    @OptionGroup var targets: MessageTargets

    func run() async throws { try await targets.change(.retry, done: "due again") }
  }

  /// `billrun message cancel ID…`.
  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Have messages never sent that were not sent yet.")

    @OptionGroup var targets: MessageTargets

    func run() async throws { try await targets.change(.cancel, done: "canceled") }
  }

  /// `billrun message release ID…`.
  struct Release: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Have held messages composed anew and sent, after what was wrong is mended.")

    @OptionGroup var targets: MessageTargets

    func run() async throws { try await targets.change(.release, done: "due again") }
  }

  /// `billrun message allow ADDRESS`.
  struct Allow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let an address have messages again that a server had refused.")

    @Argument(help: "The address.") var address: String
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let connection = try await options.connect()
      let address = address
      try await connection.operation {
        try MessageStore(by: SystemUser.name).allow(address, on: $0)
      }
      try options.output.text("\(address) is allowed\n")
    }
  }
}

/// The messages that something is done with.
struct MessageTargets: ParsableArguments {
  @Argument(help: "The messages' ids.") var ids: [String]
  @OptionGroup var options: GlobalOptions

  /// Changes them and shows them.
  func change(_ change: MessageStore.Change, done: String) async throws {
    let keys = try ids.map { try MessageStore.id(of: $0) }
    let connection = try await options.connect()
    let store = MessageStore(by: SystemUser.name)
    let entries = try await connection.operation { connection in
      try store.change(change, keys, on: connection)
      return try keys.map { try store.message($0, on: connection) }
    }
    let output = options.output
    if output.isJSON {
      try output.json { writer in
        writer.array { list in for entry in entries { list.raw(entry.object) } }
      }
    } else {
      let noun = entries.count == 1 ? "message is" : "messages are"
      try output.text("\(entries.count) \(noun) \(done)\n")
    }
  }
}
