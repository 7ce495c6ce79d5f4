// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore

/// `billrun simulate`: what the next runs would bill.
struct Simulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what the runs of some months would bill, without writing anything.",
    discussion: """
      One run at the end of each month from the first day to the last, after one for what is due \
      before; by month, plan and currency. With --prices, plans, items, tax rates and coupons of a \
      file in the import format count as if they were imported. Usage that is not recorded yet is \
      not known: the report says how many periods are not over.
      """)

  @Option(help: ArgumentHelp("The first day.", valueName: "day"))
  var from: LocalDate

  @Option(help: ArgumentHelp("The last day.", valueName: "day"))
  var to: LocalDate

  @Option(help: ArgumentHelp("Bill by the prices of this file.", valueName: "file"))
  var prices: String?

  @Option(help: ArgumentHelp("How many connections work at once.", valueName: "count"))
  var lanes: Int?

  @OptionGroup(title: "Scope") var scope: ScopeOptions
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if let lanes, !(1...64).contains(lanes) { throw ValidationError("--lanes is 1 to 64") }
    if from > to { throw ValidationError("--from is after --to") }
    if to - from > 1_100 { throw ValidationError("--from and --to are at most 1100 days apart") }
  }

  func run() async throws {
    let settings = try options.loadSettings()
    let database = Database(settings)
    var wanted = Simulation.Options(from: from, to: to)
    wanted.seller = scope.seller
    wanted.scope = try await scope.scope(of: database)
    wanted.lanes = lanes ?? settings.lanes ?? wanted.lanes
    wanted.prices = prices
    let simulations = try await SimulationEngine(database: database, options: wanted).run()
    for simulation in simulations {
      if options.json {
        var writer = JSONWriter()
        simulation.write(to: &writer)
        try options.output.line(writer.text)
      } else {
        try options.output.text(simulation.text)
      }
    }
  }
}
