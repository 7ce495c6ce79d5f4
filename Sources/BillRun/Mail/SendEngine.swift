// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Postgres
import SQLFiles

/// Composes and sends what is in the outbox (DESIGN 10).
///
/// Messages are claimed and the claim is committed, then they leave, then what became of them is
/// committed. A crash in between leaves claims, which lapse; the same message goes out again, and
/// under the same Message-ID, only where the crash came between the server's yes and our commit.
public struct SendEngine: Sendable {
  let database: Database
  let carriers: CarrierSet
  let composer: any MessageComposing
  let options: SendOptions
  let stop: StopSignal
  let user: String

  /// How long answers wait for others to be written with.
  private static let patience = Duration.milliseconds(500)

  /// Prepares a step of sending; nothing is read before `send`.
  public init(
    database: Database, carriers: CarrierSet, composer: any MessageComposing,
    options: SendOptions = SendOptions(), stop: StopSignal = StopSignal(), user: String
  ) {
    self.database = database
    self.carriers = carriers
    self.composer = composer
    self.options = options
    self.stop = stop
    self.user = user
  }

  /// Looks what is due, and does nothing.
  public func look() async throws -> SendSummary {
    let connection = try await database.open()
    var summary = SendSummary()
    summary.due = try await due(on: connection)
    await connection.close()
    return summary
  }

  /// Sends what is due; several may do so at the same time.
  ///
  /// Throws `BillRunError` with 75 when it was stopped before the end.
  public func send() async throws -> SendSummary {
    let connection = try await database.open()
    let other = try await database.open()
    var summary = SendSummary()
    try await WebhookStore.queueEvents(on: connection)
    for (channel, count) in try await due(on: connection)
    where carriers[channel] == nil && !options.composesOnly {
      summary.unconfigured[channel] = count
    }
    let channels = carriers.channels(composing: options.composesOnly)
      .filter { options.channel == nil || options.channel == $0 }
    let claim = UUID().uuidString
    let supply = SendSupply(
      options: options, composer: composer, claim: claim, lease: carriers.lease,
      channels: channels, domain: carriers.domain)
    let outcomes = SendOutcomes(
      claim: claim, giveUpAfter: carriers.giveUpAfter, user: user, fault: options.fault)
    summary = try await run(supply, outcomes, adding: summary, on: connection, other)
    await other.close()
    await connection.close()
    if stop.isRequested {
      throw BillRunError(
        .tryAgain, code: "stopped", "sending was stopped and is not finished",
        hint: "the same command again goes on")
    }
    return summary
  }

  private func due(on connection: Connection) async throws -> [String: Int] {
    let rows = try await connection.query(Statement(SQLFiles.countDueMessages), [])
    var due: [String: Int] = [:]
    for row in 0..<rows.count {
      let channel = try rows.string(row, 0)
      if options.channel == nil || options.channel == channel {
        due[channel] = Int(try rows.int64(row, options.composesOnly ? 2 : 1))
      }
    }
    return due
  }

  /// Keeps messages under way while others are claimed and what became of them is written.
  private func run(
    _ supply: SendSupply, _ outcomes: SendOutcomes, adding summary: SendSummary,
    on connection: Connection, _ other: Connection
  ) async throws -> SendSummary {
    let board = SendBoard(blockSize: options.blockSize, lowWater: 4 * carriers.parallel)
    stop.onRequest { Task { await board.stop() } }
    let workers = Task {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<carriers.parallel {
          group.addTask {
            while let message = await board.nextJob() {
              let delivery = await carriers[message.channel]?.carry(message)
              await board.end(message, delivery ?? Delivery(end: .untried))
            }
          }
        }
      }
    }
    let clock = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: Self.patience)
        await board.flush()
      }
    }
    defer { clock.cancel() }
    do {
      async let supplied = bring(supply, to: board, on: connection)
      async let written = write(from: board, outcomes, on: other)
      let ended = try await (supply: supplied, counts: written)
      await workers.value
      var summary = summary
      summary.composed = ended.supply.composed
      summary.held = ended.supply.held
      summary.withdrawn = ended.supply.withdrawn
      summary.ended = ended.counts
      for (channel, delivery) in await board.troubles {
        summary.down[channel] = delivery.reason ?? delivery.code ?? "nobody answers"
        if delivery.trouble == .barred { summary.barred.insert(channel) }
      }
      return summary
    } catch {
      // What is under way keeps its claim, which lapses.
      workers.cancel()
      throw error
    }
  }

  private func bring(
    _ supply: SendSupply, to board: SendBoard, on connection: Connection
  ) async throws -> SendSupply {
    var supply = supply
    do {
      while let down = await board.nextSupply() {
        let next = stop.isRequested ? nil : try await supply.next(without: down, on: connection)
        await board.bring(next?.messages, until: next?.until ?? .now)
      }
      try await supply.giveBack(on: connection)
      return supply
    } catch {
      await board.abandon()
      throw error
    }
  }

  private func write(
    from board: SendBoard, _ outcomes: SendOutcomes, on connection: Connection
  ) async throws -> [String: Int] {
    var counts: [String: Int] = [:]
    do {
      while let block = await board.nextBlock() {
        counts.merge(try await outcomes.write(block, on: connection), uniquingKeysWith: +)
      }
      return counts
    } catch {
      await board.abandon()
      throw error
    }
  }
}
