// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Simulates runs: reads payers in batches as of one moment, and prices them for each run.
public struct SimulationEngine: Sendable {
  let database: Database
  let options: Simulation.Options
  let clock: WallClock

  /// About so many due periods are read at a time.
  private static let batchSize: Int64 = 4_000

  /// Prepares a simulation; nothing is read before `run`.
  public init(
    database: Database, options: Simulation.Options, clock: WallClock = .system
  ) {
    self.database = database
    self.options = options
    self.clock = clock
  }

  /// Simulates each seller, or the one named.
  ///
  /// Throws `BillRunError`: an unknown seller or scope (64), a price file that would be refused
  /// (65), a catalog that changes meanwhile (75).
  public func run() async throws -> [Simulation] {
    let leader = try await database.open()
    var wanted = BillRunOptions(asOf: .day(options.to))
    wanted.seller = options.seller
    wanted.scope = options.scope
    let sellers = try await RunEngine(database: database, options: wanted).sellers(on: leader)
    var prices: CatalogIndex?
    if let file = options.prices {
      let importer = try await database.open()
      prices = try await PriceFile(path: file, now: clock.now()).catalog(on: importer)
      await importer.close()
    }
    var simulations: [Simulation] = []
    for seller in sellers {
      let today = try await clock.today(in: seller.timeZone, on: leader)
      let snapshot = try await leader.beginSnapshot()
      let batches = try await leader.batches(of: seller, options, size: Self.batchSize)
      let lane = SimulationLane(
        seller: seller.seller, options: options, today: today, snapshot: snapshot, prices: prices)
      simulations.append(
        Simulation(options, seller: seller, try await tally(batches, lane)))
      try await leader.run(script: "rollback", name: "rollback")
    }
    await leader.close()
    return simulations
  }

  private func tally(
    _ batches: [[Int64]], _ lane: SimulationLane
  ) async throws -> SimulationTally {
    let queue = BatchQueue(batches)
    return try await withThrowingTaskGroup(of: SimulationTally.self) { group in
      for _ in 0..<max(1, options.lanes) {
        group.addTask {
          let connection = try await database.connect(settings: Self.laneSettings)
          let tally = try await lane.run(queue, on: connection)
          await connection.close()
          return tally
        }
      }
      return try await group.reduce(into: SimulationTally()) { $0.add($1) }
    }
  }

  /// One plan for every batch, by index.
  private static let laneSettings = [
    "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off",
  ]
}

/// Hands out the batches, each once.
actor BatchQueue {
  private var rest: ArraySlice<[Int64]>

  init(_ batches: [[Int64]]) { rest = batches[...] }

  func next() -> [Int64]? { rest.popFirst() }
}

/// What each lane does with its batches.
struct SimulationLane: Sendable {
  let seller: Seller
  let options: Simulation.Options
  let today: LocalDate
  let snapshot: String
  /// The catalog with the prices of a file, nil for that of the books.
  let prices: CatalogIndex?

  /// Takes batch after batch.
  func run(_ queue: BatchQueue, on connection: Connection) async throws -> SimulationTally {
    let index: CatalogIndex
    if let prices {
      index = prices
    } else {
      index = try await connection.seeing(snapshot) { try CatalogIndex.load(on: $0) }
    }
    var tally = SimulationTally()
    while let payers = await queue.next() {
      try Task.checkCancellation()
      tally.add(try await connection.seeing(snapshot) { try price(payers, index, on: $0) })
    }
    return tally
  }

  private func price(
    _ payers: [Int64], _ index: CatalogIndex, on connection: isolated Connection
  ) throws -> SimulationTally {
    let store = AccountStore(index: index)
    let last = BillingTerms(asOf: options.to, invoiceDate: options.to)
    var builders = builders(index)
    var drafts: [InvoiceDraft] = []
    var tally = SimulationTally()
    do {
      var rows = try BatchRows(payers: payers, index: index, isLook: true, on: connection)
      if index.measuresUsage { try store.loadUsage(of: &rows, by: last, on: connection) }
      try store.read(rows) { loaded in
        tally.accounts += 1
        count(loaded.account, index, &tally)
        for run in builders.indices {
          drafts.removeAll(keepingCapacity: true)
          do throws(Issue) {
            _ = try builders[run].build(loaded.account) { if !$0.isEarlier { drafts.append($0) } }
          } catch {
            return tally.hold(error.code)
          }
          for draft in drafts { tally.add(draft, run: run, plans: index.catalog.plans) }
        }
      }
    } catch is CatalogChanged {
      throw BillRunError(
        .tryAgain, code: "catalog_changed", "a plan or coupon came in during the simulation",
        hint: "the same command again")
    }
    return tally
  }

  /// One for each run, each after the one before.
  private func builders(_ index: CatalogIndex) -> [InvoiceBuilder] {
    let days = options.runDays
    return days.indices.map { run in
      InvoiceBuilder(
        catalog: index.catalog, seller: seller,
        terms: BillingTerms(
          asOf: days[run], invoiceDate: days[run], earlierRun: run == 0 ? nil : days[run - 1]))
    }
  }

  /// Counts what the figures of an account leave open.
  private func count(
    _ account: AccountSnapshot, _ index: CatalogIndex, _ tally: inout SimulationTally
  ) {
    if account.hasUsage(index.catalog) {
      // Whoever cannot be billed is counted as held.
      let windows = try? account.usageWindows(catalog: index.catalog, asOf: options.to)
      tally.openUsagePeriods += Int64((windows ?? []).count { $0.days.end > today })
    }
    for subscription in account.subscriptions {
      tally.changesAhead += Int64(
        subscription.changes.count {
          !$0.isApplied && $0.effective >= options.from && $0.effective <= options.to
        })
      if let day = subscription.canceledAt, subscription.proratesCancel, day >= options.from,
        day <= options.to
      {
        tally.changesAhead += 1
      }
    }
  }
}

extension Connection {
  /// Reads what a snapshot shows.
  fileprivate func seeing<Value: Sendable>(
    _ snapshot: String, _ body: @Sendable (isolated Connection) throws -> Value
  ) throws -> Value {
    try transaction(isolation: .repeatableRead, readOnly: true) { connection in
      try connection.run(script: "set transaction snapshot '\(snapshot)'", name: "set snapshot")
      return try body(connection)
    }
  }

  /// The payers for whom something may be due.
  fileprivate func batches(
    of seller: SellerRecord, _ options: Simulation.Options, size: Int64
  ) throws -> [[Int64]] {
    func list(_ names: [String]?) -> Parameter { names.map { .stringArray($0) } ?? .null }
    let scope = options.scope
    let rows = try query(
      Statement(SQLFiles.listSimulatedPayers),
      [
        .int64(seller.seller.id.rawValue), .day(options.to), .int64(size),
        scope.customers.map { .int64Array($0) } ?? .null, list(scope.batches),
        list(scope.currencies), list(scope.plans),
      ])
    return try (0..<rows.count).map { try rows.int64Array($0, 0) }
  }
}
