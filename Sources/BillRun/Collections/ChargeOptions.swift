// SPDX-License-Identifier: Apache-2.0
/// What is charged, and how fast.
public struct ChargeOptions: Sendable {
  /// The day whose due attempts are made.
  public var asOf: AsOf
  /// Only this seller, by code; nil for all.
  public var seller: String?
  /// How many calls are under way at once.
  public var inFlight = 64
  /// How many attempts are written in one transaction.
  public var blockSize = 500
  /// Whether a day far ahead is meant.
  public var allowsFarAsOf = false
  /// Called at each commit boundary with the point's name, for tests: what it throws ends all.
  public var fault: @Sendable (FaultPoint) throws -> Void = { _ in }

  /// Where a crash is tried.
  public enum FaultPoint: String, Sendable, CaseIterable {
    /// Intents are committed, nothing was sent.
    case intended
    /// A gateway has answered, nothing of it is written.
    case called
    /// Outcomes are written, and not committed.
    case beforeOutcomeCommit
    /// Outcomes are committed.
    case settled
  }

  /// Charges what is due up to a day.
  public init(asOf: AsOf) { self.asOf = asOf }
}
