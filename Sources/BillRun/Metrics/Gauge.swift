// SPDX-License-Identifier: Apache-2.0

/// What is measured, by its name for Prometheus without `billrun_`, in the order of the file.
public enum Gauge: String, CaseIterable, Sendable {
  case buildInfo = "build_info"
  case lastRun = "last_run_timestamp_seconds"
  case lastSuccess = "last_success_timestamp_seconds"
  case exitCode = "exit_code"
  case duration = "duration_seconds"
  case runAccounts = "run_accounts"
  case runHeldAccounts = "run_held_accounts"
  case runInvoices = "run_invoices"
  case runTotal = "run_total_minor_units"
  case draftsWaiting = "drafts_waiting"
  case chargeAttempts = "charge_attempts"
  case chargeUncharged = "charge_uncharged_invoices"
  case chargeUnsent = "charge_unsent_attempts"
  case chargeOverdue = "charge_overdue_attempts"
  case chargeDown = "charge_gateway_down"
  case chaseSteps = "chase_steps"
  case chaseMessages = "chase_messages"
  case chaseRefused = "chase_refused_steps"
  case sendMessages = "send_messages"
  case sendDown = "send_channel_down"
  case sendUnconfigured = "send_unconfigured_messages"
  case verifyWrongRows = "verify_wrong_rows"

  /// The name that Prometheus knows.
  public var name: String { "billrun_\(rawValue)" }

  /// Whether every start tells it, however it ended.
  var isOfEveryStart: Bool {
    switch self {
    case .buildInfo, .lastRun, .lastSuccess, .exitCode, .duration: true
    default: false
    }
  }

  /// What it is, in words.
  var help: String {
    switch self {
    case .buildInfo: "The version that was started."
    case .lastRun: "When the command last ended, however it ended."
    case .lastSuccess: "When the command last ended with its work done: with 0, or with 65."
    case .exitCode: "The exit status that the command last left with."
    case .duration: "How long the command last took."
    case .runAccounts: "Payers of the run, by how they ended."
    case .runHeldAccounts: "Payers that the run held, by code."
    case .runInvoices: "Invoices of the run."
    case .runTotal: "Sum of the totals of the run's invoices, in minor units of the currency."
    case .draftsWaiting: "Drafts of runs that are over: they wait to be posted or canceled."
    case .chargeAttempts: "Attempts whose outcome came in, by outcome."
    case .chargeUncharged: "Due invoices that were not charged, by reason."
    case .chargeUnsent: "Attempts that were not sent and go on with the next start."
    case .chargeOverdue: "Attempts that have been unknown for over 24 hours."
    case .chargeDown: "1 for each gateway that did not answer."
    case .chaseSteps: "Steps taken, by action."
    case .chaseMessages: "Messages that chasing put into the outbox."
    case .chaseRefused: "Steps that were refused, by reason."
    case .sendMessages: "Messages by what became of them; queued ones are tried again."
    case .sendDown: "1 for each channel that carries nothing."
    case .sendUnconfigured: "Messages that wait for a channel that the settings lack."
    case .verifyWrongRows: "Rows that a check found wrong."
    }
  }
}
