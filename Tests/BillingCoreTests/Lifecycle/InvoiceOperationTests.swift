// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

/// RULES 6, word by word.
@Suite struct InvoiceOperationTests {
  /// The rule book's table: D, U, O, P, L, F, B, X.
  private static let rules = """
    change figures, date, currency | ✓ | ✓ | – | – | – | – | – | –
    due date, terms, autopay | ✓ | ✓ | ✓ | ✓ | – | – | – | –
    chase, closed, attachments | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | –
    metadata | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ✓
    delete | ✓ | – | – | – | – | – | – | –
    cancel | ✓ | voided | – | – | – | – | – | –
    post | ✓ | ✓ | – | – | – | – | – | –
    unpost | – | – | ✓ | – | – | – | – | –
    void | – | ✓ | ✓ | – | – | – | – | –
    reverse | – | – | ✓ | flag | – | flag | – | –
    credit note | – | – | ✓ | ✓ | – | ✓ | – | –
    pay | – | – | ✓ | ✓ | – | – | – | –
    apply credit | – | – | ✓ | ✓ | – | – | – | –
    unapply credit | – | – | – | ✓ | – | ✓ | – | –
    write off | – | – | ✓ | ✓ | – | – | – | –
    late fee | – | – | ✓ | ✓ | – | – | – | –
    record payment | – | – | ✓ | ✓ | warn | credit | recover | credit
    refund its payment | – | – | – | ✓ | – | ✓ | ✓ | credit
    email | – | – | ✓ | ✓ | ✓ | ✓ | ✓ | copy
    """

  private static let names: [String: InvoiceOperation] = [
    "change figures, date, currency": .change, "due date, terms, autopay": .amend,
    "chase, closed, attachments": .annotate, "metadata": .label, "delete": .delete,
    "cancel": .cancel, "post": .post, "unpost": .unpost, "void": .void, "reverse": .reverse,
    "credit note": .credit, "pay": .pay, "apply credit": .applyCredit,
    "unapply credit": .unapplyCredit, "write off": .writeOff,
    "late fee": .lateFee, "record payment": .recordPayment, "refund its payment": .refund,
    "email": .email,
  ]

  private static let marks: [String: InvoiceOperation.Permission] = [
    "✓": .yes, "–": .no, "flag": .keepingPayments, "warn": .warned, "recover": .recovering,
    "credit": .asCredit, "voided": .asVoid, "copy": .markedCopy,
  ]

  @Test("every operation in every phase is as the rule book has it (RULES 6)")
  func table() throws {
    var seen: Set<InvoiceOperation> = []
    for row in Self.rules.split(separator: "\n") {
      let cells = row.split(separator: " | ").map(String.init)
      let operation = try #require(Self.names[cells[0]], "\(cells[0])")
      seen.insert(operation)
      try #require(cells.count == 9)
      for (phase, mark) in zip(InvoicePhase.allCases, cells.dropFirst()) {
        #expect(operation.permission(in: phase) == Self.marks[mark], "\(operation) in \(phase)")
      }
    }
    #expect(seen == Set(InvoiceOperation.allCases))
  }

  @Test("a paid document whose total is zero is taken back like an open one")
  func zero() {
    #expect(InvoiceOperation.void.permission(in: .paid, isZero: true) == .yes)
    #expect(InvoiceOperation.reverse.permission(in: .paid, isZero: true) == .yes)
    for operation in InvoiceOperation.allCases where operation != .void && operation != .reverse {
      for phase in InvoicePhase.allCases {
        #expect(
          operation.permission(in: phase, isZero: true) == operation.permission(in: phase))
      }
    }
  }

  @Test("a refusal tells how it stands and what would be legal")
  func refusals() {
    #expect(
      InvoiceOperation.void.refusal(in: .paid, of: .open)
        == "is paid: only unposted and open invoices can be voided")
    #expect(
      InvoiceOperation.delete.refusal(in: .open, of: .open)
        == "is open: only draft invoices can be deleted")
    #expect(
      InvoiceOperation.pay.refusal(in: .ended, of: .reversed)
        == "is reversed: only open and partly settled invoices can be charged")
  }
}
