// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What a lane did, and where its time went.
struct LaneReport: Sendable {
  var counts = BatchCounts()
  var times = StepTimes()
  /// It left because it was asked to, with batches perhaps still waiting.
  var wasStopped = false
}

/// Seconds by step, summed over a lane's batches; what is missing from the whole is the commit.
struct StepTimes: Sendable {
  var claim: Duration = .zero
  var load: Duration = .zero
  var price: Duration = .zero
  var write: Duration = .zero

  mutating func add(_ other: StepTimes) {
    claim += other.claim
    load += other.load
    price += other.price
    write += other.write
  }

  /// Name and time of each step, in order.
  var named: [(name: String, time: Duration)] {
    [("claim", claim), ("load", load), ("price", price), ("write", write)]
  }
}

/// Measures one step after the other.
struct StopWatch {
  private var last = ContinuousClock.now

  /// The time since the last lap.
  mutating func lap() -> Duration {
    let now = ContinuousClock.now
    defer { last = now }
    return now - last
  }
}

/// How far a run is, for whoever shows it: counted up by every lane.
public final class RunProgress: Sendable {
  private let accountCount = Atomic(0)
  private let invoiceCount = Atomic(0)
  private let total = Atomic(0)

  /// Begins at zero.
  public init() {}

  func begin(population: Int) {
    total.store(population, ordering: .relaxed)
    accountCount.store(0, ordering: .relaxed)
    invoiceCount.store(0, ordering: .relaxed)
  }

  func add(accounts: Int, invoices: Int) {
    accountCount.add(accounts, ordering: .relaxed)
    invoiceCount.add(invoices, ordering: .relaxed)
  }

  /// Accounts done by this process, invoices made, and accounts in all.
  public var now: (accounts: Int, invoices: Int, population: Int) {
    (
      accountCount.load(ordering: .relaxed), invoiceCount.load(ordering: .relaxed),
      total.load(ordering: .relaxed)
    )
  }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int64 {
    components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
  }
}
