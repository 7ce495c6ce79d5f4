// SPDX-License-Identifier: Apache-2.0
public import BillingCore

/// What became of a run: counts and sums, all derived from the tables, and the exit status.
public struct RunSummary: Hashable, Sendable {
  /// The run's number; nil for a dry run, which leaves none.
  public var id: Int64?
  /// `regular`, `backfill`, `catch_up` or `dry`.
  public var kind: String
  /// The seller's code.
  public var seller: String
  /// The day up to which was billed, inclusive.
  public var asOf: LocalDate
  /// The run's state by DESIGN 8.
  public var state: String
  /// Why the run stopped; nil unless its state is `error`.
  public var error: String?
  /// How many payers the run counted before it began.
  public var population: Int64
  /// How the payers ended, and why; those of one outcome together, the most frequent first.
  public var reasons: [Reason]
  /// What was billed, one for each currency in the order of their codes.
  public var totals: [Total]
  /// What was charged.
  public var charges = Charges()
  /// Which steps of chasing were taken.
  public var chased = Chased()
  /// What the look at its drafts came to, or of a dry run would; nil for a run that posts at once.
  public var gate: GateFindings?
  /// What the run did, in order.
  public var phases: [Phase]
  /// `sha256:` over customers, lines and totals; nil while the run is not closed.
  public var fingerprint: String?

  /// Makes the summary of a run that nothing is known of yet.
  public init(
    id: Int64?, kind: String, seller: String, asOf: LocalDate, state: String, population: Int64
  ) {
    self.id = id
    self.kind = kind
    self.seller = seller
    self.asOf = asOf
    self.state = state
    self.population = population
    reasons = []
    totals = []
    phases = []
  }

  /// The status to leave with; `dataError` when somebody was held, or the gate holds drafts: a dry
  /// run has none.
  public var exitCode: ExitStatus {
    switch state {
    case "pending", "processing": .tryAgain
    case "error": .software
    case "canceled": .ok
    default: accounts(.held) > 0 || id != nil && gate?.isHeld == true ? .dataError : .ok
    }
  }

  /// How many payers ended so.
  public func accounts(_ outcome: Outcome) -> Int64 {
    reasons.reduce(0) { $0 + ($1.outcome == outcome ? $1.accounts : 0) }
  }

  /// How many invoices were made.
  public var invoices: Int64 { totals.reduce(0) { $0 + $1.invoices } }

  /// What does not tie, in words; empty when every payer has an outcome and all sums add up.
  public var discrepancies: [String] {
    var found: [String] = []
    let ended = reasons.reduce(0) { $0 + $1.accounts }
    if ended != population { found.append("\(population - ended) accounts have no outcome") }
    for total in totals {
      let difference = total.subtotal - total.discounts + total.taxes - total.total
      if difference != 0 {
        found.append("\(total.currency) is out by \(total.text(difference))")
      }
    }
    return found
  }
}

extension RunSummary {
  /// How a payer ended.
  public enum Outcome: String, CaseIterable, Hashable, Sendable {
    /// At least one document was made.
    case invoiced
    /// There was nothing to bill, for a reason.
    case nothingDue = "nothing_due"
    /// Something is wrong with the account, with a code.
    case held
  }

  /// How many payers ended in one way for one reason.
  public struct Reason: Hashable, Sendable {
    /// How they ended.
    public var outcome: Outcome
    /// The reason, or the code of the hold; nil when they were invoiced.
    public var code: String?
    /// How many payers.
    public var accounts: Int64
    /// For how many days the oldest of them has been held, by the as-of day; nil unless held.
    public var oldestDays: Int32?

    /// Makes the count of its parts.
    public init(_ outcome: Outcome, _ code: String?, accounts: Int64, oldestDays: Int32? = nil) {
      self.outcome = outcome
      self.code = code
      self.accounts = accounts
      self.oldestDays = oldestDays
    }
  }

  /// What was billed in one currency, in its minor units.
  public struct Total: Hashable, Sendable {
    /// The currency's code in lower case.
    public var currency: String
    /// How many digits the currency has.
    public var digits: Int
    /// How many invoices.
    public var invoices: Int64
    /// Σ line amounts before discounts.
    public var subtotal: Int128
    /// Σ discounts of lines and invoices.
    public var discounts: Int128
    /// Σ exclusive taxes.
    public var taxes: Int128
    /// Σ totals.
    public var total: Int128
    /// Σ credits that paid at posting.
    public var creditsApplied: Int128
    /// How many credit notes came out of negative drafts; they are in none of the sums above.
    public var creditNotes: Int64
    /// Σ totals of those credit notes.
    public var credited: Int128
    /// How many of the invoices were canceled, voided or reversed since.
    public var takenBack: Int64
    /// Σ their totals; the sums above contain it.
    public var takenBackTotal: Int128

    /// Makes an empty sum.
    public init(currency: String, digits: Int) {
      self.currency = currency
      self.digits = digits
      (invoices, subtotal, discounts, taxes, total) = (0, 0, 0, 0, 0)
      (creditsApplied, creditNotes, credited) = (0, 0, 0)
      (takenBack, takenBackTotal) = (0, 0)
    }
  }

  /// How many charges were attempted, and how they ended.
  public struct Charges: Hashable, Sendable {
    /// Attempts whose intent was written.
    public var attempted: Int64 = 0
    /// Money that came in.
    public var approved: Int64 = 0
    /// Refused by the gateway.
    public var declined: Int64 = 0
    /// The gateway's answer is not known yet.
    public var unknown: Int64 = 0

    /// Makes the counts of no attempt.
    public init() {}
  }

  /// How many steps of chasing were due, and how many messages they queued.
  public struct Chased: Hashable, Sendable {
    /// Steps taken.
    public var due: Int64 = 0
    /// Messages in the outbox.
    public var queued: Int64 = 0

    /// Makes the counts of no step.
    public init() {}
  }

  /// One step of the run and how long it took.
  public struct Phase: Hashable, Sendable {
    /// `bill`, `charge`, `chase` and the like.
    public var name: String
    /// How long it took.
    public var milliseconds: Int64

    /// Makes the phase of its parts.
    public init(_ name: String, milliseconds: Int64) {
      self.name = name
      self.milliseconds = milliseconds
    }
  }

  /// How many of its things a phase did in a second, in tenths; nil where it counts none.
  ///
  /// Invoices when billing, attempts when charging, steps when chasing.
  func tenthsPerSecond(_ phase: Phase) -> Int64? {
    let counts = ["bill": invoices, "charge": charges.attempted, "chase": chased.due]
    guard let count = counts[phase.name], phase.milliseconds > 0 else { return nil }
    return count * 10_000 / phase.milliseconds
  }
}

extension RunSummary.Total {
  /// An amount of this currency as people read it.
  func text(_ minor: Int128) -> String { Figure.amount(minor: minor, digits: digits) }
}
