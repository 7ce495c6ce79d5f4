// SPDX-License-Identifier: Apache-2.0

// MARK: - Chasing

extension SQLFiles {
  /// The newest version of each cadence that customers have.
  public static let listChasingCadences = SQLFile(
    "list_chasing_cadences", PackageResources.list_chasing_cadences_sql)
  /// The invoices of a seller that are chased.
  public static let listChasedInvoices = SQLFile(
    "list_chased_invoices", PackageResources.list_chased_invoices_sql)
  /// Ids for messages to come.
  public static let drawMessageIds = SQLFile(
    "draw_message_ids", PackageResources.draw_message_ids_sql)
  /// Puts messages of chasing into the outbox.
  public static let queueChaseMessages = SQLFile(
    "queue_chase_messages", PackageResources.queue_chase_messages_sql)
  /// Notes steps of chasing.
  public static let writeChaseSteps = SQLFile(
    "write_chase_steps", PackageResources.write_chase_steps_sql)
  /// Notes when invoices are chased next.
  public static let setNextChases = SQLFile(
    "set_next_chases", PackageResources.set_next_chases_sql)
  /// Notes up to when payment of invoices is promised.
  public static let setPromises = SQLFile("set_promises", PackageResources.set_promises_sql)
  /// What chasing has come to, and who is not chased.
  public static let reportChasing = SQLFile(
    "report_chasing", PackageResources.report_chasing_sql)
  /// Tasks for people that chasing has made.
  public static let listChaseTasks = SQLFile(
    "list_chase_tasks", PackageResources.list_chase_tasks_sql)
}
