// SPDX-License-Identifier: Apache-2.0

// MARK: - The outbox

extension SQLFiles {
  /// Claims the next messages that are due.
  public static let claimMessages = SQLFile("claim_messages", PackageResources.claim_messages_sql)
  /// Loads messages with what sending them needs.
  public static let loadMessages = SQLFile("load_messages", PackageResources.load_messages_sql)
  /// What messages are about, and their own words.
  public static let describeMessages = SQLFile(
    "describe_messages", PackageResources.describe_messages_sql)
  /// The files that are attached to documents.
  public static let listAttachedFiles = SQLFile(
    "list_attached_files", PackageResources.list_attached_files_sql)
  /// Writes what messages say.
  public static let writeComposed = SQLFile("write_composed", PackageResources.write_composed_sql)
  /// Has messages refer to earlier ones.
  public static let threadMessages = SQLFile(
    "thread_messages", PackageResources.thread_messages_sql)
  /// Holds messages that cannot be composed.
  public static let holdMessages = SQLFile("hold_messages", PackageResources.hold_messages_sql)
  /// Keeps files that were made for messages.
  public static let keepMessageFiles = SQLFile(
    "keep_message_files", PackageResources.keep_message_files_sql)
  /// Has kept files go with messages.
  public static let attachMessageFiles = SQLFile(
    "attach_message_files", PackageResources.attach_message_files_sql)
  /// Takes files from messages that are composed anew.
  public static let removeMessageFiles = SQLFile(
    "remove_message_files", PackageResources.remove_message_files_sql)
  /// The files of messages, without their contents.
  public static let listMessageFiles = SQLFile(
    "list_message_files", PackageResources.list_message_files_sql)
  /// The contents of files.
  public static let loadFileContents = SQLFile(
    "load_file_contents", PackageResources.load_file_contents_sql)
  /// Gives claimed messages back.
  public static let releaseClaims = SQLFile("release_claims", PackageResources.release_claims_sql)
  /// Writes what became of messages.
  public static let endMessages = SQLFile("end_messages", PackageResources.end_messages_sql)
  /// Stops addresses that a server has refused for good.
  public static let stopAddresses = SQLFile("stop_addresses", PackageResources.stop_addresses_sql)
  /// Lets an address have messages again.
  public static let allowAddress = SQLFile("allow_address", PackageResources.allow_address_sql)
  /// Puts messages into another state by hand.
  public static let moveMessages = SQLFile("move_messages", PackageResources.move_messages_sql)
  /// Messages by filter.
  public static let listMessages = SQLFile("list_messages", PackageResources.list_messages_sql)
  /// How the outbox stands.
  public static let reportOutbox = SQLFile("report_outbox", PackageResources.report_outbox_sql)
  /// The addresses to which nothing is sent.
  public static let listStoppedAddresses = SQLFile(
    "list_stopped_addresses", PackageResources.list_stopped_addresses_sql)
  /// How many messages are due.
  public static let countDueMessages = SQLFile(
    "count_due_messages", PackageResources.count_due_messages_sql)
  /// Puts emails of posted invoices into the outbox.
  public static let queuePostedInvoices = SQLFile(
    "queue_posted_invoices", PackageResources.queue_posted_invoices_sql)
  /// Puts receipts of approved charges into the outbox.
  public static let queueReceipts = SQLFile("queue_receipts", PackageResources.queue_receipts_sql)
  /// Cancels claimed reminders whose invoices are not chased any more.
  public static let withdrawReminders = SQLFile(
    "withdraw_reminders", PackageResources.withdraw_reminders_sql)
}
