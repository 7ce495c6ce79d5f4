// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// One thing that was done, as the log keeps it: append only, by the rights of the database.
public struct EventEntry: Sendable {
  /// The event's id.
  public let id: Int64
  /// When, in UNIX seconds.
  public let occurred: Int64
  /// The same as people read it, in UTC.
  public let occurredText: String
  /// The login at the database.
  public let actor: String
  /// The user of the operating system; nil where no command was behind it.
  public let user: String?
  /// What was done, such as `invoice_voided`.
  public let kind: String
  /// What it was done to: `invoice`, `run`, `seller` and the like.
  public let subjectKind: String
  /// The id of that.
  public let subject: Int64
  /// What there is to know, with `old` and `new` where something changed, as JSON text.
  public let detail: String
}

/// Which events a list shows; nil means that it doesn't matter.
public struct EventFilter: Sendable {
  /// What kind of thing was something done to.
  public var subjectKind: String?
  /// The id of the thing.
  public var subject: Int64?
  /// What was done.
  public var kind: String?
  /// The first day, in UTC.
  public var start: LocalDate?
  /// The last day, inclusive, in UTC.
  public var end: LocalDate?
  /// Only events beyond this id, in the order of the list.
  public var after: Int64?
  /// The newest first, instead of the order in which they were written.
  public var newestFirst = false
  /// At most so many.
  public var limit: Int64?

  /// Makes the filter that shows everything.
  public init() {}
}

/// Reads the log of events.
public enum EventLog {
  /// What is done, in order of name.
  public static let kinds = [
    "address_allowed", "address_stopped", "api_key_created", "api_key_revoked",
    "approval_declined", "approval_rule_set", "approved", "autopay_off",
    "bank_file_acknowledged",
    "bank_file_handed_over", "bank_file_read",
    "bank_file_rejected", "bank_file_written", "batch_billed", "book_named", "books_closed",
    "books_reopened", "charge_dismissed", "charge_resolved", "chasing_began", "credit_note_issued",
    "dispute_lost", "dispute_won", "drafts_posted", "drafts_redated", "findings_released",
    "gateway_confirmed",
    "hold_placed",
    "hold_released", "import",
    "invoices_chased", "invoice_escalated", "payment_promised", "service_paused",
    "invoice_canceled", "invoice_created", "invoice_deleted", "invoice_emailed", "invoice_posted",
    "invoice_recovered", "invoice_reopened", "invoice_reversed", "invoice_unposted",
    "invoice_updated", "invoice_viewed", "invoice_voided", "invoice_written_off",
    "late_fee_charged", "links_revoked",
    "message_canceled", "message_released",
    "message_retried", "payers_gone", "payment_attempted",
    "payment_disputed", "payment_recorded", "payment_refunded", "payment_returned",
    "payment_unapplied", "run_canceled", "run_closed", "run_looked_at", "run_opened", "run_paused",
    "run_refused", "run_rehearsed", "run_resumed", "run_reversed",
    "subscription_canceled", "webhook_added", "webhook_removed",
  ]

  /// Refuses a kind that is neither known nor in the log: a slip would find nothing.
  public static func refuseUnknown(_ kind: String, on connection: isolated Connection) throws {
    if kinds.contains(kind) { return }
    var filter = EventFilter()
    filter.kind = kind
    filter.limit = 1
    var isThere = false
    try read(filter, on: connection) { _ in isThere = true }
    if isThere { return }
    throw BillRunError(
      .usage, code: "event_kind_unknown",
      "no event is of the kind \(kind), --kind is one of \(kinds.joined(separator: ", "))",
      hint: "billrun events --help")
  }

  /// Gives events to the body as they arrive; memory stays flat.
  public static func read(
    _ filter: EventFilter, on connection: isolated Connection,
    _ body: (EventEntry) throws -> Void
  ) throws {
    let parameters: [Parameter] = [
      .string(filter.subjectKind), .int64(filter.subject), .string(filter.kind),
      .date(daysSince2000: filter.start?.daysSince2000),
      .date(daysSince2000: filter.end?.daysSince2000), .int64(filter.after),
      .bool(filter.newestFirst), .int64(filter.limit),
    ]
    try connection.stream(Statement(SQLFiles.listEvents), parameters) {
      try body(EventEntry($0))
    }
  }
}

extension EventEntry {
  fileprivate init(_ row: Row) throws {
    id = try row.int64("event_id")
    occurred = try row.int64("occurred")
    occurredText = try row.string("occurred_text")
    actor = try row.string("actor")
    user = try row.optionalString("os_user")
    kind = try row.string("kind")
    subjectKind = try row.string("subject_kind")
    subject = try row.int64("subject_id")
    detail = try row.string("detail")
  }

  /// Writes the event as an object.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "event")
      $0.field("id", id)
      $0.field("occurred_at", occurred)
      $0.field("actor", actor)
      $0.field("os_user", user)
      $0.field("kind", kind)
      $0.field("subject_kind", subjectKind)
      $0.field("subject", subject)
      $0.field("detail", raw: detail)
    }
  }

  /// The event as a line for people.
  public var text: String {
    let who = user.map { "\($0) (\(actor))" } ?? actor
    let more = detail == "{}" ? "" : "  \(detail)"
    return "\(occurredText)  \(who)  \(kind)  \(subjectKind) \(subject)\(more)\n"
  }
}
