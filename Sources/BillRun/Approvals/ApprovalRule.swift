// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

/// For what a seller wants a second person.
public struct ApprovalRule: Sendable {
  /// The seller's code.
  public let seller: String
  /// What needs an approval.
  public let operation: String
  /// In major units: only amounts beyond it; nil for all.
  public let above: String?
  /// The login that has set it.
  public let setBy: String

  /// The rules of all sellers, in order.
  public static func list(on connection: isolated Connection) throws -> [ApprovalRule] {
    try connection.query(Statement(SQLFiles.listApprovalRules), []).map { row in
      ApprovalRule(
        seller: try row.string("seller"), operation: try row.string("operation"),
        above: try row.optionalString("above"), setBy: try row.string("set_by"))
    }
  }

  /// Wants a second person for something; a rule that was there already is made stricter by one
  /// person, and ended or loosened with an approval only.
  ///
  /// `wanted` false ends the rule. Throws `BillRunError`: no such seller (64), an amount where
  /// there is none to compare (64), `approval_missing` (65).
  public static func set(
    _ operation: Approval.Operation, of code: String, above: String?, wanted: Bool = true,
    on connection: isolated Connection
  ) throws {
    guard let seller = try SellerRecord.list(code: code, on: connection).first else {
      throw BillRunError.unknownSeller(code)
    }
    if above != nil && !operation.hasAmount {
      throw BillRunError(
        .usage, code: "approval_without_amount", "\(operation.rawValue) has no amount",
        hint: "leave --above out")
    }
    let id = seller.seller.id.rawValue
    try connection.asking {
      try connection.inTransaction {
        let parameters: [Parameter] = [.int64(id), .string(operation.rawValue)]
        // The schema looks for the same.
        let looser = try connection.query(
          Statement(SQLFiles.loosenApprovalRule), parameters + [.string(above), .bool(wanted)])
        if let facts = try looser.first?.optionalString("facts") {
          try ApprovalRequest(seller: id, operation: operation, facts: facts)
            .require(on: connection)
        }
        if wanted {
          try connection.execute(
            Statement(SQLFiles.setApprovalRule), parameters + [.string(above)])
        } else {
          try connection.execute(Statement(SQLFiles.endApprovalRule), parameters)
        }
        var detail = JSONWriter()
        detail.object {
          $0.field("operation", operation.rawValue)
          $0.field("above", above)
          $0.field("wanted", wanted)
          $0.field("os_user", SystemUser.name)
        }
        try connection.execute(
          Statement(SQLFiles.recordEvent),
          [.string("approval_rule_set"), .string("seller"), .int64(id), .jsonb(detail.text)])
      }
    }
  }
}
