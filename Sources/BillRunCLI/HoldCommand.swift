// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// Lists who is not billed and why, and places and ends the holds of operators.
struct HoldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Tell who is not billed and why; place and end holds.",
    subcommands: [List.self, Show.self, Place.self, Release.self])

  /// `billrun hold list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the holds that stand, the oldest first.")

    @OptionGroup var list: ListOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let connection = try await options.connect()
      let limit = list.limit.map(Int64.init)
      let holds = try await HoldStore(at: WallClock.system.now()).holds(
        limit: limit, on: connection)
      try show(holds, on: list.output(options), whenEmpty: "nobody is held")
    }
  }

  /// `billrun hold show CUSTOMER`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the holds of a customer, also those that have ended.")

    @Argument(help: "The customer's id or number.") var customer: String
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let connection = try await options.connect()
      let id = try await CustomerName.id(of: customer, on: connection)
      let holds = try await HoldStore(at: WallClock.system.now())
        .holds(customer: id, ended: true, on: connection)
      let nothing = "customer \(customer) was never held"
      try show(holds, on: options.output, whenEmpty: nothing)
    }
  }

  /// `billrun hold place CUSTOMER --reason TEXT`.
  struct Place: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep a customer from being billed until the hold is released.")

    @Argument(help: "The customer's id or number.") var customer: String

    @Option(help: ArgumentHelp("Why, for those who read it later.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("A word by which holds can be released.", valueName: "word"))
    var code = "operator_hold"

    @OptionGroup var options: GlobalOptions

    func validate() throws {
      if !reason.contains(where: { !$0.isWhitespace }) {
        throw ValidationError("--reason is empty")
      }
    }

    func run() async throws {
      let connection = try await options.connect()
      let (customer, code, reason) = (customer, code, reason)
      let hold = try await connection.operation { connection in
        try HoldStore(at: WallClock.system.now()).place(
          on: CustomerName.id(of: customer, on: connection), code: code, reason: reason,
          by: SystemUser.name, on: connection)
      }
      try show([hold], on: options.output, whenEmpty: "")
    }
  }

  /// `billrun hold release CUSTOMER` or `--all`.
  struct Release: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End the hold that an operator placed.",
      discussion: "A run's hold is not released: repair what is wrong, and the next run ends it.")

    @Argument(help: "The customer's id or number.") var customer: String?

    @Flag(help: "Release every customer that an operator holds.")
    var all = false

    @Option(help: ArgumentHelp("Only holds with this code.", valueName: "word"))
    var code: String?

    @OptionGroup var options: GlobalOptions

    func validate() throws {
      guard all == (customer == nil) else {
        throw ValidationError("give either a customer's id or --all")
      }
    }

    func run() async throws {
      let connection = try await options.connect()
      let (customer, code) = (customer, code)
      let holds = try await connection.operation { connection in
        try HoldStore(at: WallClock.system.now()).release(
          customer: customer.map { try CustomerName.id(of: $0, on: connection) }, code: code,
          by: SystemUser.name, on: connection)
      }
      try show(holds, on: options.output, whenEmpty: "no operator's hold to release")
    }
  }

  private static func show(_ holds: [Hold], on output: Output, whenEmpty nothing: String) throws {
    if output.isJSON {
      var list = JSONList(to: output)
      for hold in holds { try list.append { hold.write(to: &$0) } }
      try list.finish()
    } else {
      try output.text(holds.isEmpty ? nothing + "\n" : Hold.table(of: holds).text)
    }
  }
}
