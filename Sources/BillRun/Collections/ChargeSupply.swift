// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres

/// Gives attempts to make, some at a time.
protocol ChargeSupply: Sendable {
  /// The next attempts, nil at the end, and the supply after them; none for gateways that are down.
  func next(
    without down: Set<String>, on connection: isolated Connection
  ) throws -> (attempts: [ChargeAttempt]?, rest: Self)
}

/// Attempts whose outcome is not known yet.
struct OpenAttempts: ChargeSupply {
  let seller: Int64
  let blockSize: Int
  /// Gateways that cannot be asked what became of pending charges.
  var silent: [String] = []
  var after: Int64 = 0

  func next(
    without down: Set<String>, on connection: isolated Connection
  ) throws -> (attempts: [ChargeAttempt]?, rest: OpenAttempts) {
    let attempts = try ChargeAttempt.live(
      of: seller, after: after, limit: Int64(blockSize), silent: silent, on: connection)
    guard let last = attempts.last else { return (nil, self) }
    var rest = self
    rest.after = last.id
    return (attempts.filter { !down.contains($0.gateway) }, rest)
  }
}

/// Invoices whose charge is due: one of a source at a time, so a pass may leave some for the next.
struct DueCharges: ChargeSupply {
  let claim: ChargeClaim
  let blockSize: Int
  private var place: ChargeClaim.Place?
  private var isOver = false
  private(set) var attempted = 0
  /// Due invoices that were not charged, by reason.
  private(set) var uncharged: [String: Int] = [:]

  init(_ claim: ChargeClaim, blockSize: Int) {
    self.claim = claim
    self.blockSize = blockSize
  }

  /// The reason of those that wait for another charge of their source.
  static let busy = "source_busy"

  func next(
    without down: Set<String>, on connection: isolated Connection
  ) throws -> (attempts: [ChargeAttempt]?, rest: DueCharges) {
    if isOver { return (nil, self) }
    let block = try claim.block(
      after: place, limit: blockSize, without: down, on: connection)
    var rest = self
    rest.isOver = block.next == nil
    rest.place = block.next
    rest.attempted += block.attempts.count
    rest.uncharged.merge(block.uncharged, uniquingKeysWith: +)
    return (rest.isOver ? nil : block.attempts, rest)
  }
}
