// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Charges what is due: intents, calls, outcomes, and before that what earlier calls left open
/// (DESIGN 9).
///
/// A crash anywhere leaves intents whose outcome is not known; the next start asks for them first,
/// with the same keys, before anything else is charged.
public struct ChargeEngine: Sendable {
  let database: Database
  let gateways: GatewaySet
  let options: ChargeOptions
  let clock: WallClock
  let stop: StopSignal
  let user: String

  /// Prepares a step of charging; nothing is read before `charge`.
  public init(
    database: Database, gateways: GatewaySet, options: ChargeOptions,
    clock: WallClock = .system, stop: StopSignal = StopSignal(), user: String
  ) {
    self.database = database
    self.gateways = gateways
    self.options = options
    self.clock = clock
    self.stop = stop
    self.user = user
  }

  /// Charges for every seller, or the one named.
  ///
  /// `runs` are the runs whose step it is, by seller's code. Throws `BillRunError`: another one is
  /// at work or it was stopped (75), the books are a copy (78), bad options (64, 65).
  public func charge(runs: [String: Int64] = [:]) async throws -> ChargeSummary {
    let connection = try await database.open()
    let connections = ChargePump.Connections(
      intents: connection, outcomes: try await database.open())
    let sellers = try await SellerRecord.list(code: options.seller, on: connection)
    if let code = options.seller, sellers.isEmpty { throw BillRunError.unknownSeller(code) }
    var summary = ChargeSummary()
    for seller in sellers {
      let lock = RunLock.charging(schema: database.schema, seller: seller.seller.id)
      if try await !lock.take(on: connection) { throw Self.atWork(seller.code) }
      let run = runs[seller.code]
      var watch = StopWatch()
      summary = try await charge(seller, run: run, adding: summary, on: connections)
      if let run {
        try await connection.endPhase("charge", of: run, after: watch.lap())
      }
      try await lock.release(on: connection)
    }
    await connections.outcomes.close()
    await connection.close()
    if stop.isRequested {
      throw BillRunError(
        .tryAgain, code: "stopped", "charging was stopped and is not finished",
        hint: "the same command again goes on")
    }
    return summary
  }

  private func charge(
    _ seller: SellerRecord, run: Int64?, adding summary: ChargeSummary,
    on connections: ChargePump.Connections
  ) async throws -> ChargeSummary {
    let connection = connections.intents
    let asOf = try await day(for: seller, on: connection)
    let moment = clock.now()
    let down = try await GatewayWatch(gateways: gateways, moment: moment).check(on: connection)
    let refunded = try await RefundEngine(
      database: database, gateways: gateways, clock: clock, stop: stop, user: user
    ).resume(of: seller.seller.id.rawValue, except: down, on: connection)
    var summary = summary
    for one in refunded { summary.refunds[one.state, default: 0] += 1 }
    summary.down = Set(summary.down).union(down).sorted()
    let outcomes = ChargeOutcomes(asOf: asOf, moment: moment, user: user, fault: options.fault)
    let pump = ChargePump(
      gateways: gateways, options: options, stop: stop, outcomes: outcomes, moment: moment)
    let id = seller.seller.id.rawValue
    summary = try await BankSettlement(gateways: gateways, at: moment, by: user).settle(
      seller, outcomes, in: options.blockSize, adding: summary, clock, until: stop,
      on: connection)
    let known = summary.down
    (_, summary) = try await pump.run(
      OpenAttempts(seller: id, blockSize: options.blockSize, silent: gateways.silent),
      adding: summary, on: connections)
    // What nobody could tell again is no reason to charge nobody else.
    let silent = Set(summary.down)
    summary.down = known
    let claim = ChargeClaim(
      seller: id, asOf: asOf, moment: moment, run: run, gateways: gateways)
    let begun = summary.attempted
    summary = try await chargeDue(claim, pump, adding: summary, on: connections)
    if summary.attempted == begun { summary.down = silent.union(summary.down).sorted() }
    let overdue = try await connection.query(
      Statement(SQLFiles.countOverdueAttempts),
      [.int64(id), .timestamptz(unixSeconds: moment - 86_400)])
    summary.overdue += Int(try overdue.int64(0, 0))
    return summary
  }

  private func day(for seller: SellerRecord, on connection: Connection) async throws -> LocalDate {
    let today = try await clock.today(in: seller.timeZone, on: connection)
    let asOf = try await options.asOf.day(in: seller.timeZone, on: connection, by: clock)
    if !options.allowsFarAsOf {
      try FarDates.refuseAhead(asOf, of: today, "as-of day", code: "as_of_far_ahead")
    }
    return asOf
  }

  /// Charges what is due, again and again while sources or payers that were busy have more that is
  /// due.
  private func chargeDue(
    _ claim: ChargeClaim, _ pump: ChargePump, adding summary: ChargeSummary,
    on connections: ChargePump.Connections
  ) async throws -> ChargeSummary {
    var summary = summary
    var isFirst = true
    var due = DueCharges(claim, blockSize: options.blockSize)
    repeat {
      (due, summary) = try await pump.run(
        DueCharges(claim, blockSize: options.blockSize), adding: summary, on: connections)
      summary.attempted += due.attempted
      if isFirst {
        let others = due.uncharged.filter { $0.key != DueCharges.busy && $0.key != "charging" }
        summary.uncharged.merge(others, uniquingKeysWith: +)
      }
      isFirst = false
    } while due.uncharged[DueCharges.busy] != nil && due.attempted > 0 && !stop.isRequested
    return summary
  }

  static func atWork(_ seller: String) -> BillRunError {
    BillRunError(
      .tryAgain, code: "charge_at_work", "somebody else is charging for seller \(seller)",
      hint: "the same command again when that is done")
  }
}
