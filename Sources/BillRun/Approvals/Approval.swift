// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

/// What somebody asked for that a second person has to approve (RULES 2, four eyes).
public struct Approval: Sendable {
  /// Its number.
  public let id: Int64
  /// The seller's code.
  public let seller: String
  /// What is asked for, one of `Approval.Operation`.
  public let operation: String
  /// What it is, in words and figures.
  public let facts: String
  /// The login that asked, and its user of the operating system.
  public let requestedBy: (login: String, user: String)
  /// When, in UNIX seconds.
  public let requested: Int64
  /// The login that approved it, and its user; nil while it waits.
  public let approvedBy: (login: String, user: String?)?
  /// When, in UNIX seconds.
  public let approved: Int64?
  /// Who said no, when, in UNIX seconds, and why, if that was said; nil while nobody has.
  public let declined: (login: String, at: Int64, reason: String?)?
  /// Who did it then, and when; nil while nobody has.
  public let used: (login: String, at: Int64)?

  /// What can be made to need a second person.
  public enum Operation: String, CaseIterable, Sendable {
    /// Numbering and posting a run's drafts.
    case runPost = "run_post"
    /// Taking a run back.
    case runReverse = "run_reverse"
    /// Billing missed periods.
    case backfill
    /// Moving periods forward without invoices.
    case catchUp = "catch_up"
    /// Giving up on what is open, beyond an amount.
    case writeOff = "write_off"
    /// Paying back, beyond an amount.
    case refund
    /// Opening closed books.
    case booksReopen = "books_reopen"
    /// Saying what became of a charge.
    case chargeResolve = "charge_resolve"

    /// Whether a rule can name an amount.
    var hasAmount: Bool { self == .writeOff || self == .refund }
  }

  private init(_ row: Row) throws {
    id = try row.int64("approval_id")
    seller = try row.string("seller")
    operation = try row.string("operation")
    facts = try row.string("facts")
    requestedBy = (try row.string("requested_by"), try row.string("requested_os_user"))
    requested = try row.int64("requested_at")
    approvedBy = try row.optionalString("approved_by").map {
      ($0, try row.optionalString("approved_os_user"))
    }
    approved = try row.optionalInt64("approved_at")
    let (no, reason) = (try row.optionalInt64("declined_at"), try row.optionalString("reason"))
    declined = try row.optionalString("declined_by").flatMap { login in
      no.map { (login, $0, reason) }
    }
    let at = try row.optionalInt64("used_at")
    used = try row.optionalString("used_by").flatMap { login in at.map { (login, $0) } }
  }

  /// Approvals, the newest first; `open` leaves out those that were used or declined.
  public static func list(
    open: Bool, on connection: isolated Connection
  ) throws -> [Approval] {
    try connection.query(Statement(SQLFiles.listApprovals), [.int64(0), .bool(open)])
      .map { try Approval($0) }
  }

  /// Approves what somebody else asked for, and returns it.
  ///
  /// Throws `BillRunError`: there is no such approval (64), it is one's own or approved already
  /// (65).
  public static func approve(
    _ id: Int64, by user: String, on connection: isolated Connection
  ) throws -> Approval {
    try change(
      id, as: "approved", Statement(SQLFiles.approve), [.int64(id), .string(user)],
      on: connection
    ) { approval in
      approval.approvedBy.map { "was approved by \($0.login)" }
        ?? "was asked for by \(approval.requestedBy.login): somebody else approves it"
    }
  }

  /// Says no to what was asked for, or takes back what was approved but not done, and returns it.
  ///
  /// Whoever asked may, too. Asking for it again asks anew. Throws `BillRunError`: there is no such
  /// approval (64), it was used (65).
  public static func decline(
    _ id: Int64, reason: String?, on connection: isolated Connection
  ) throws -> Approval {
    try change(
      id, as: "approval_declined", Statement(SQLFiles.declineApproval),
      [.int64(id), .string(reason)], on: connection
    ) { approval in "was used by \(approval.used?.login ?? "nobody")" }
  }

  /// Changes an approval by a statement that returns it, and notes that; where it returns nothing,
  /// `refusal` says why.
  private static func change(
    _ id: Int64, as event: String, _ statement: Statement, _ parameters: [Parameter],
    on connection: isolated Connection, refusal: (Approval) -> String
  ) throws -> Approval {
    try connection.inTransaction {
      let changed = try connection.query(statement, parameters)
      let found = try connection.query(
        Statement(SQLFiles.listApprovals), [.int64(id), .bool(false)])
      guard let approval = try found.first.map({ try Approval($0) }) else {
        throw BillRunError(
          .usage, code: "approval_not_found", "approval \(id) not found, there is no such number",
          hint: "billrun approvals list")
      }
      if changed.isEmpty {
        let why =
          approval.declined.map { "was declined by \($0.login)" } ?? refusal(approval)
        throw BillRunError(
          .dataError, code: "approval_refused", "approval \(id) \(why)",
          hint: "billrun approvals list --all")
      }
      try connection.execute(
        Statement(SQLFiles.recordEvent),
        [
          .string(event), .string("approval"), .int64(id),
          .jsonb("{\"operation\":\"\(approval.operation)\"}"),
        ])
      return approval
    }
  }
}

/// What is asked for before something is done that needs a second person.
struct ApprovalRequest: Error {
  let seller: Int64
  let operation: Approval.Operation
  /// What it is: whoever approves it reads this, and it is approved for this alone.
  let facts: String

  /// Uses the approval, within the transaction of what is done; where there is none, throws itself.
  ///
  /// `amount` is in minor units; where rules name one, only amounts beyond it need an approval.
  func require(
    amount: Money? = nil, on connection: isolated Connection
  ) throws {
    let wanted = try connection.query(
      Statement(SQLFiles.findApprovalRule),
      [.int64(seller), .string(operation.rawValue), .string(amount?.majorText)])
    if wanted.isEmpty { return }
    let used = try connection.query(
      Statement(SQLFiles.useApproval),
      [.int64(seller), .string(operation.rawValue), .string(facts)])
    if used.isEmpty { throw self }
  }

  /// Whether a second person is wanted at all.
  static func isWanted(
    _ operation: Approval.Operation, seller: Int64, on connection: isolated Connection
  ) throws -> Bool {
    try !connection.query(
      Statement(SQLFiles.findApprovalRule),
      [.int64(seller), .string(operation.rawValue), .string(nil)]
    ).isEmpty
  }
}

extension Connection {
  /// Does something that may need a second person: where nobody has approved it, that is asked for.
  ///
  /// Throws `BillRunError` with 65, `approval_missing`, whose hint is for the other person.
  func asking<Value>(
    by user: String = SystemUser.name, _ body: () throws -> Value
  ) throws -> Value {
    do { return try body() } catch let request as ApprovalRequest {
      throw try ask(request, by: user)
    }
  }

  /// Writes down what is asked for, and returns the refusal.
  func ask(
    _ request: ApprovalRequest, by user: String = SystemUser.name
  ) throws -> BillRunError {
    let rows = try inTransaction {
      try query(
        Statement(SQLFiles.requestApproval),
        [
          .int64(request.seller), .string(request.operation.rawValue), .string(request.facts),
          .string(user),
        ])
    }
    let id = try rows.int64(0, 0)
    if let approver = try rows.optionalString(0, 2) {
      return BillRunError(
        .dataError, code: "approval_refused",
        "approval \(id) was given by \(approver): somebody else does it",
        hint: "the same command with another login")
    }
    return BillRunError(
      .dataError, code: "approval_missing",
      "a second person has to approve it: \(request.facts)",
      hint: "billrun approvals approve \(id), by another login than \(try rows.string(0, 1)); "
        + "then the same command again")
  }
}
