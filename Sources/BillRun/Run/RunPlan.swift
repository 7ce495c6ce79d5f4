// SPDX-License-Identifier: Apache-2.0
public import BillingCore
import Postgres

/// An open run as its lanes see it: everything frozen when it was opened.
struct RunPlan: Sendable {
  /// The run's key.
  let id: Int64
  /// Whose run it is.
  let seller: SellerRecord
  /// As-of day and invoice date.
  let terms: BillingTerms
  /// The key of the series of its invoices, and that of its credit notes.
  let invoiceSeries: Int64
  /// The series of its credit notes.
  let creditNoteSeries: Int64
  /// Where the series' numbers stand.
  let invoiceFormat: NumberFormat
  /// The same for credit notes.
  let creditNoteFormat: NumberFormat
  /// How many payers were counted when it was opened.
  let population: Int64
  /// Whether it bills just what a manifest says.
  let commitsManifest: Bool
  /// How its drafts come to be posted; nil where batches write posted documents (RULES 0.1).
  var gate: RunGate?
}

/// What stands between a run's drafts and their posting, frozen when the run was opened.
struct RunGate: Sendable {
  /// The limits as JSON; nil where nobody has set any.
  let limits: String?
  /// Whether a person posts them, by `billrun runs post`.
  let isDraft: Bool
  /// Whether the run's drafts have been looked at.
  let wasLookedAt: Bool
}

/// A place at which a run can be stopped by a test: each is a crash that must leave nothing wrong.
public enum FaultPoint: String, CaseIterable, Sendable {
  /// The population is frozen, but not committed.
  case beforeOpenCommit
  /// The run is open, no batch is claimed.
  case opened
  /// A batch is claimed and nothing of it is written.
  case claimed
  /// A batch is read and nothing of it is written.
  case loaded
  /// Documents are written, without numbers.
  case written
  /// Everything of a batch is written, but not committed.
  case beforeBatchCommit
  /// A batch is committed.
  case batchCommitted
  /// Drafts have been looked at, but that is not committed.
  case beforeGateCommit
  /// A block of drafts is posted, but not committed.
  case beforePostCommit
  /// All batches are done, the run is not closed.
  case beforeClose
  /// The run is closed, but not committed.
  case beforeCloseCommit
}

/// What a person asked a run to do.
public struct BillRunOptions: Sendable {
  /// Everything due up to this day is billed.
  public var asOf: AsOf
  /// The date of all invoices, nil: the as-of day.
  public var invoiceDate: LocalDate?
  /// Only this seller; nil for all, one run each.
  public var seller: String?
  /// How many connections work at once.
  public var lanes = 2
  /// About how many due periods make a batch, and so a transaction.
  public var batchSize = 2_000
  /// What the run is for.
  public var kind = RunKind.regular
  /// Which of the periods that are due are billed, and how.
  public var catchUp = CatchUp()
  /// Help a run that is at work instead of opening one.
  public var joins = false
  /// Allow an as-of day or invoice date more than 62 days ahead.
  public var allowsFarAsOf = false
  /// Only these customers, customer groups, currencies and plans; nil for all.
  public var scope = RunScope()
  /// Write drafts and leave it to a person to post them.
  public var writesDrafts = false
  /// What stands between drafts and posting; nil: what is billed is posted at once.
  public var gate: GateLimits?
  /// A file of a dry run of the same kind, of which just that is billed: its days and seller
  /// count, none of those above; nil for all that is due.
  public var manifest: String?
  /// Who asked for it, for the event log; nil for the user of the operating system.
  public var user: String?
  /// Called at each place where a crash must leave nothing wrong; tests throw from it.
  public var fault: @Sendable (FaultPoint) throws -> Void = { _ in }

  /// Bills everything due up to a day.
  public init(asOf: AsOf) { self.asOf = asOf }
}

/// Whom a run looks at; a nil part takes all.
public struct RunScope: Hashable, Sendable {
  /// Customers by id, payers or not.
  public var customers: [Int64]?
  /// Customer groups (`customer.batch`).
  public var batches: [String]?
  /// Currencies of subscriptions, lower case.
  public var currencies: [String]?
  /// Plans by code.
  public var plans: [String]?

  /// Takes all.
  public init() {}

  /// As JSON, to be kept on the run.
  var json: String {
    var writer = JSONWriter()
    writer.object { object in
      if let customers {
        object.key("customers")
        object.array { list in for id in customers { list.integer(id) } }
      }
      for (name, values) in [("batches", batches), ("currencies", currencies), ("plans", plans)] {
        guard let values else { continue }
        object.key(name)
        object.array { list in for value in values { list.string(value) } }
      }
    }
    return writer.text
  }
}
