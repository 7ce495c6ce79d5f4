// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// Settles by a person's evidence what became of a charge (RULES 4): unknown never becomes declined
/// by age.
///
/// The gateway is asked first, where it can be: what it says stands above what a person says.
public struct ChargeResolution: Sendable {
  /// In UNIX seconds.
  private let moment: Int64
  private let user: String
  private let gateways: GatewaySet
  private let asks: Bool

  /// Makes a resolution at a moment, in UNIX seconds, by a user of the operating system.
  ///
  /// It asks the gateways of the settings, unless the person's word is to be taken (`asks`).
  public init(
    at moment: Int64, by user: String, asking gateways: GatewaySet, asks: Bool = true
  ) {
    self.moment = moment
    self.user = user
    self.gateways = gateways
    self.asks = asks
  }

  /// What was settled.
  public struct Resolved: Sendable {
    /// The invoice's number, or its id where it has none.
    public let invoice: String
    /// What the attempt was for.
    public let amount: Money
    /// Whether the gateway was asked, and says the same.
    public let isConfirmed: Bool
  }

  /// An attempt as it stands.
  private struct Found {
    let seller: Int64
    let state: String
    let today: LocalDate
    let invoice: String
    let amount: Money
    /// The attempt that has the charge already.
    let other: Int64?
    /// Whether the bank's statement has its money.
    let isCredited: Bool
    /// Whether it is a debit that is in no file to a bank.
    let isUnwritten: Bool
  }

  /// Writes what became of an attempt, as charging would have.
  ///
  /// Throws `BillRunError`: there is no such attempt (64), its outcome is known, the charge is
  /// another attempt's, a statement has its money, no file has a debit that is to be approved, or
  /// the gateway says otherwise (65), it cannot tell (69), or somebody is charging, who may just be
  /// asking for it (75).
  public func resolve(
    _ id: Int64, as outcome: ChargeOutcome, on connection: Connection
  ) async throws -> Resolved {
    try Self.check(outcome)
    var reference: String?
    if case .approved(let id) = outcome { reference = id }
    let found = try await find(id, reference, on: connection)
    let lock = RunLock.charging(schema: connection.searchPath, seller: .init(found.seller))
    if try await !lock.tryTake(on: connection) {
      throw BillRunError(
        .tryAgain, code: "charge_at_work", "somebody is charging, and may just be asking for it",
        hint: "the same command again when that is done")
    }
    do {
      let resolved = try await settle(id, as: outcome, found, reference, on: connection)
      try await lock.release(on: connection)
      return resolved
    } catch {
      try? await lock.release(on: connection)
      throw error
    }
  }

  private func settle(
    _ id: Int64, as outcome: ChargeOutcome, _ found: Found, _ reference: String?,
    on connection: Connection
  ) async throws -> Resolved {
    guard let attempt = try await ChargeAttempt.live([id], on: connection).first else {
      throw BillRunError(
        .dataError, code: "attempt_is_known",
        "attempt \(id) is \(found.state): what became of it is known")
    }
    if let other = found.other {
      throw BillRunError(
        .dataError, code: "reference_used",
        "charge \(reference ?? "") is attempt \(other)'s: the gateway gives each its own id")
    }
    if case .approved = outcome, found.isUnwritten {
      throw BillRunError(
        .dataError, code: "debit_not_in_file",
        "attempt \(id) stays as it is: no file to a bank has it, so no bank has collected it",
        hint: "billrun bank write; what the customer has paid otherwise is a payment record, after "
          + "billrun charge resolve \(id) --declined withdrawn")
    }
    if case .declined = outcome, found.isCredited {
      throw BillRunError(
        .dataError, code: "debit_is_credited",
        "attempt \(id) stays as it is: the bank's statement has its money",
        hint: "billrun bank settle approves it, once billrun bank entries --open has nothing of "
          + "it; what the bank takes back, its statement tells, or billrun payment return")
    }
    let isConfirmed = try await confirm(attempt, outcome)
    let request = ApprovalRequest(
      seller: found.seller, operation: .chargeResolve,
      facts: "say that charge attempt \(id) of invoice \(found.invoice) over "
        + "\(found.amount.majorText) \(found.amount.currency) was \(outcome)")
    let outcomes = ChargeOutcomes(asOf: found.today, moment: moment, user: user)
    try await connection.operation(repeats: false) { connection in
      try request.require(on: connection)
      try connection.planByKeys()
      _ = try outcomes.settle([(attempt, outcome)], on: connection)
      try note(id, outcome, isConfirmed, on: connection)
    }
    return Resolved(invoice: found.invoice, amount: found.amount, isConfirmed: isConfirmed)
  }

  private func find(
    _ id: Int64, _ reference: String?, on connection: isolated Connection
  ) throws -> Found {
    let rows = try connection.query(
      Statement(SQLFiles.showAttempt),
      [.int64(id), .timestamptz(unixSeconds: moment), .string(reference)])
    guard rows.count == 1 else {
      throw BillRunError(
        .usage, code: "attempt_not_found", "attempt \(id) not found, there is no such id",
        hint: "billrun report collections")
    }
    return Found(
      seller: try rows.int64(0, 0), state: try rows.string(0, 1), today: try rows.localDate(0, 2),
      invoice: try rows.string(0, 3),
      amount: Money(minor: try rows.int64(0, 5), currency: try rows.currency(0, 4)),
      other: try rows.optionalInt64(0, 6), isCredited: try rows.bool(0, 7),
      isUnwritten: try rows.bool(0, 8))
  }

  /// Asks the gateway, where it can be asked; returns whether it says the same.
  private func confirm(_ attempt: ChargeAttempt, _ outcome: ChargeOutcome) async throws -> Bool {
    guard asks, let gateway = gateways[attempt.gateway], gateway.canBeAsked else { return false }
    let says: String
    switch (await gateway.find(attempt.request), outcome) {
    case (.found(.approved(let known)), .approved(let given)) where known == given: return true
    case (.found(.declined), .declined), (.absent, .declined): return true
    case (.found(.approved(let known)), _): says = "has approved it, as \(known)"
    case (.found(.declined(let code, _)), _): says = "has declined it, \(code)"
    case (.found(.pending(let known)), _): says = "still awaits it, as \(known)"
    case (.absent, _): says = "has never charged it"
    case (.found(.unknown(let reason)), _), (.found(.notSent(let reason, _)), _),
      (.unknown(let reason), _):
      throw BillRunError(
        .unavailable, code: "gateway_cannot_tell",
        "\(gateway.name) does not tell what became of attempt \(attempt.id): \(reason)",
        hint: "the same command again, or --unasked where you have seen it there yourself")
    }
    throw BillRunError(
      .dataError, code: "evidence_differs",
      "attempt \(attempt.id) stays as it is: \(gateway.name) \(says)",
      hint: "billrun charge asks for it; --unasked takes your word nevertheless")
  }

  private func note(
    _ id: Int64, _ outcome: ChargeOutcome, _ isConfirmed: Bool,
    on connection: isolated Connection
  ) throws {
    var detail = JSONWriter()
    detail.object {
      switch outcome {
      case .approved(let reference): $0.field("approved", reference)
      case .declined(let code, _): $0.field("declined", CardNumber.masked(code))
      default: break
      }
      $0.field("gateway_asked", isConfirmed)
      $0.field("os_user", user)
    }
    try connection.execute(
      Statement(SQLFiles.recordEvent),
      [.string("charge_resolved"), .string("payment_attempt"), .int64(id), .jsonb(detail.text)])
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
