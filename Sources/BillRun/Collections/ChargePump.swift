// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Keeps calls to gateways under way while intents and outcomes are written beside them.
///
/// What has to be committed before a byte goes out is: the intent, and a reference that the gateway
/// gives before it charges. What an earlier process left is asked again with the same key, or
/// looked up where the key may have expired.
struct ChargePump {
  let gateways: GatewaySet
  let options: ChargeOptions
  let stop: StopSignal
  let outcomes: ChargeOutcomes
  /// When calls are made, in UNIX seconds.
  let moment: Int64

  /// Where intents and outcomes are written: two connections, or one twice.
  struct Connections {
    let intents: Connection
    let outcomes: Connection
  }

  /// For so long a gateway keeps a key, in seconds; after it what became of a charge is looked up.
  static let keyLife: Int64 = 23 * 3600

  /// How long answers wait for others to be written with.
  static let patience = Duration.seconds(1)

  /// Makes all attempts of a supply, but none at gateways that are down already; returns what the
  /// supply came to, and what was done, added.
  ///
  /// Intents and outcomes are written side by side where the connections are two.
  func run<Supply: ChargeSupply>(
    _ supply: Supply, adding summary: ChargeSummary, on connections: Connections
  ) async throws -> (Supply, ChargeSummary) {
    let board = ChargeBoard(blockSize: options.blockSize, lowWater: options.inFlight)
    stop.onRequest { Task { await board.stop() } }
    let callers = Task {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<max(1, options.inFlight) {
          group.addTask { while let job = await board.nextJob() { await make(job, on: board) } }
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
      async let supplied = bring(supply, to: board, without: summary.down, on: connections.intents)
      async let written = write(from: board, adding: summary, on: connections.outcomes)
      let ended = try await (supply: supplied, summary: written)
      await callers.value
      var summary = ended.summary
      summary.unsent += await board.unsent
      summary.down = Set(summary.down).union(await board.down).sorted()
      return (ended.supply, summary)
    } catch {
      // What is under way stays an intent, and is asked again.
      callers.cancel()
      throw error
    }
  }

  private func bring<Supply: ChargeSupply>(
    _ supply: Supply, to board: ChargeBoard, without known: [String], on connection: Connection
  ) async throws -> Supply {
    var supply = supply
    do {
      while let down = await board.nextSupply() {
        let attempts: [ChargeAttempt]?
        (attempts, supply) = try await supply.next(without: down.union(known), on: connection)
        try options.fault(.intended)
        await board.bring(
          (attempts ?? []).map { ChargeBoard.Job(attempt: $0) }, isLast: attempts == nil)
      }
      return supply
    } catch {
      await board.abandon()
      throw error
    }
  }

  private func write(
    from board: ChargeBoard, adding summary: ChargeSummary, on connection: Connection
  ) async throws -> ChargeSummary {
    var summary = summary
    do {
      while let work = await board.nextWork() {
        switch work {
        case .refer(let jobs):
          try await connection.execute(
            Statement(SQLFiles.writeReferences),
            [
              .int64Array(jobs.map(\.attempt.id)),
              .stringArray(jobs.map(\.attempt.request.reference)),
            ])
          await board.bring(jobs, isLast: false)
        case .write(let answers):
          try options.fault(.called)
          summary = try await outcomes.write(answers, adding: summary, on: connection)
        }
      }
      return summary
    } catch {
      await board.abandon()
      throw error
    }
  }

  // MARK: - Calling

  /// Makes one attempt, or asks what became of it.
  private func make(_ job: ChargeBoard.Job, on board: ChargeBoard) async {
    var job = job
    let attempt = job.attempt
    guard let gateway = gateways[attempt.gateway] else {
      return await board.end(job, .notSent(reason: "no such gateway", retryAfter: nil))
    }
    if attempt.isPending || attempt.request.intendedAt < moment - Self.keyLife {
      return await board.end(job, await lookUp(attempt, at: gateway))
    }
    if !job.isPrepared {
      switch await sending({ await gateway.prepare(attempt.request) }, or: \.outcome) {
      case .ended(let outcome): return await board.end(job, outcome)
      case .ready(let reference):
        job.isPrepared = true
        if let reference, reference != attempt.request.reference {
          job.attempt.request.reference = reference
          return await board.refer(job)
        }
      }
    }
    let request = job.attempt.request
    await board.end(job, await sending({ await gateway.charge(request) }, or: { $0 }))
  }

  /// What a gateway says of a charge that it may have forgotten the key of.
  private func lookUp(_ attempt: ChargeAttempt, at gateway: any Gateway) async -> ChargeOutcome {
    switch await gateway.find(attempt.request) {
    case .found(let outcome): outcome
    case .unknown(let reason): .unknown(reason: reason)
    case .absent where attempt.isPending:
      .unknown(reason: "the gateway no longer knows the pending charge")
    case .absent: .declined(code: Self.neverSent, reference: nil)
    }
  }

  /// The code of an attempt that has certainly never reached its gateway.
  static let neverSent = "not_sent"

  /// Tries again what a gateway has certainly not begun, a few times.
  private func sending<Answer>(
    _ call: () async -> Answer, or outcome: (Answer) -> ChargeOutcome?
  ) async -> Answer {
    for _ in 1..<Self.maxCalls {
      let answer = await call()
      guard case .notSent(_, let seconds) = outcome(answer) else { return answer }
      do {
        try await Task.sleep(for: .seconds(min(Int(seconds ?? 1), Self.maxPause)))
      } catch {
        return answer
      }
    }
    return await call()
  }

  private static let maxCalls = 3
  private static let maxPause = 30
}

extension ChargePreparation {
  fileprivate var outcome: ChargeOutcome? {
    if case .ended(let outcome) = self { outcome } else { nil }
  }
}
