// SPDX-License-Identifier: Apache-2.0

/// What is sent, and how.
public struct SendOptions: Sendable {
  /// At most so many messages; nil for all that are due.
  public var limit: Int?
  /// Whether messages are only composed, and sent later.
  public var composesOnly = false
  /// Only this channel; nil for all.
  public var channel: String?
  /// How many outcomes are written in one transaction.
  public var blockSize = 250
  /// Called at each commit boundary with the point's name, for tests: what it throws ends all.
  public var fault: @Sendable (FaultPoint) throws -> Void = { _ in }

  /// Where a crash is tried.
  public enum FaultPoint: String, Sendable, CaseIterable {
    /// Messages are claimed, nothing is composed or sent.
    case claimed
    /// What messages say is committed, nothing is sent.
    case composed
    /// Messages have left, nothing of it is written.
    case carried
    /// What became of messages is written, and not committed.
    case beforeOutcomeCommit
    /// What became of messages is committed.
    case ended
  }

  /// Sends all that is due.
  public init() {}
}
