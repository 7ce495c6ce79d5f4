// SPDX-License-Identifier: Apache-2.0
import BillRun
import TestSupport
import Testing

/// Expects that verify finds nothing, that each series reads 1…n, and that every figure of the
/// newest documents can be explained.
func expectSound(
  _ books: Books, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  let offences = try await books.offences()
  #expect(offences == [], sourceLocation: sourceLocation)
  let holes = try await books.holes()
  #expect(holes == [], sourceLocation: sourceLocation)
  try await expectExplained(books, sourceLocation: sourceLocation)
}

/// Expects that the newest documents are made again; returns how many.
@discardableResult
func expectExplained(
  _ books: Books, limit: Int = 300, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> Int {
  let newest = "select invoice_id from invoice order by invoice_id desc limit \(limit)"
  let ids = try await books.texts(newest).compactMap { Int64($0) }
  let found = try await InvoiceExplanation.read(ids, on: books.connection)
  #expect(found.count == ids.count, sourceLocation: sourceLocation)
  for explanation in found where explanation.mismatches > 0 {
    Issue.record("\(explanation.text)", sourceLocation: sourceLocation)
  }
  return found.count
}

/// Expects the first column of a query.
func expectTexts(
  _ books: Books, _ sql: String, _ wanted: [String],
  sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  let found = try await books.texts(sql)
  #expect(found == wanted, sourceLocation: sourceLocation)
}

/// Slot, span and amount of everything that is covered.
func expectSlots(
  _ books: Books, _ wanted: [String], sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  try await expectTexts(
    books,
    """
    select concat_ws(' ', c.slot, c.span_start, c.span_end, l.amount_minor)
    from coverage c left join invoice_line l using (invoice_id, line_no)
    order by c.slot, c.span_start
    """, wanted, sourceLocation: sourceLocation)
}

/// Expects that both sets of lines are equal, and shows only what differs.
func expectSame(
  _ found: [String], _ wanted: [String], sourceLocation: SourceLocation = #_sourceLocation
) {
  let difference = found.difference(from: wanted).map { change in
    switch change {
    case .insert(_, let line, _): "+ \(line)"
    case .remove(_, let line, _): "- \(line)"
    }
  }
  #expect(difference == [], sourceLocation: sourceLocation)
}
