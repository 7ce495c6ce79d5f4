// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// Settles by a person's evidence what became of a charge (RULES 4): unknown never becomes declined
/// by age.
public struct ChargeResolution: Sendable {
  /// In UNIX seconds.
  private let moment: Int64
  private let user: String

  /// Makes a resolution at a moment, in UNIX seconds, by a user of the operating system.
  public init(at moment: Int64, by user: String) {
    self.moment = moment
    self.user = user
  }

  /// What was settled.
  public struct Resolved: Sendable {
    /// The invoice's number, or its id where it has none.
    public let invoice: String
    /// What the attempt was for.
    public let amount: Money
  }

  /// Writes what became of an attempt, as charging would have.
  ///
  /// Throws `BillRunError`: there is no such attempt (64), its outcome is known or the charge is
  /// another attempt's (65), or somebody is charging, who may just be asking for it (75).
  public func resolve(
    _ id: Int64, as outcome: ChargeOutcome, on connection: isolated Connection
  ) throws -> Resolved {
    try Self.check(outcome)
    var reference: String?
    if case .approved(let id) = outcome { reference = id }
    let found = try connection.query(
      Statement(SQLFiles.showAttempt),
      [.int64(id), .timestamptz(unixSeconds: moment), .string(reference)])
    guard found.count == 1 else {
      throw BillRunError(
        .usage, code: "attempt_not_found", "attempt \(id) not found, there is no such id",
        hint: "billrun report collections")
    }
    let seller = try found.int64(0, 0)
    guard let attempt = try ChargeAttempt.live([id], on: connection).first else {
      throw BillRunError(
        .dataError, code: "attempt_is_known",
        "attempt \(id) is \(try found.string(0, 1)): what became of it is known")
    }
    if let other = try found.optionalInt64(0, 6) {
      throw BillRunError(
        .dataError, code: "reference_used",
        "charge \(reference ?? "") is attempt \(other)'s: the gateway gives each its own id")
    }
    let lock = RunLock.charging(schema: connection.searchPath, seller: .init(seller))
    if try !lock.tryTake(on: connection) {
      throw BillRunError(
        .tryAgain, code: "charge_at_work", "somebody is charging, and may just be asking for it",
        hint: "the same command again when that is done")
    }
    let outcomes = ChargeOutcomes(asOf: try found.localDate(0, 2), moment: moment, user: user)
    _ = try outcomes.write([(attempt, outcome)], adding: ChargeSummary(), on: connection)
    try lock.release(on: connection)
    return Resolved(
      invoice: try found.string(0, 3),
      amount: Money(minor: try found.int64(0, 5), currency: try found.currency(0, 4)))
  }

  /// Refuses evidence that says nothing.
  private static func check(_ outcome: ChargeOutcome) throws {
    let text: String? =
      switch outcome {
      case .approved(let reference): reference
      case .declined(let code, _): code
      default: nil
      }
    let isWord = text.map { 1...255 ~= $0.utf8.count && $0.utf8.allSatisfy { 33...126 ~= $0 } }
    if isWord != true {
      throw BillRunError(
        .usage, code: "evidence_wrong",
        "the gateway's id or code has 1 to 255 letters, digits and signs, without spaces",
        hint: "billrun charge resolve ATTEMPT --approved ID, or --declined CODE")
    }
  }
}
