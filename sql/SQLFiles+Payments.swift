// SPDX-License-Identifier: Apache-2.0

// MARK: - Money that comes in and goes back

extension SQLFiles {
  /// Books what happened on a day, one entry a seller and currency.
  public static let bookEntries = SQLFile("book_entries", PackageResources.book_entries_sql)
  /// Ids for payments to come.
  public static let drawPaymentIds = SQLFile(
    "draw_payment_ids", PackageResources.draw_payment_ids_sql)
  /// Payments that have a reference already.
  public static let findPaymentReferences = SQLFile(
    "find_payment_references", PackageResources.find_payment_references_sql)
  /// Invoices that a payment pays while they are charged.
  public static let listChargingInvoices = SQLFile(
    "list_charging_invoices", PackageResources.list_charging_invoices_sql)
  /// The taxes of some documents.
  public static let listDocumentTaxes = SQLFile(
    "list_document_taxes", PackageResources.list_document_taxes_sql)
  /// The invoices that payments may go to, in the order in which they are paid.
  public static let listPayables = SQLFile("list_payables", PackageResources.list_payables_sql)
  /// The write-offs of some documents that stand.
  public static let listWriteOffs = SQLFile("list_write_offs", PackageResources.list_write_offs_sql)
  /// Locks customers as payers.
  public static let lockPayers = SQLFile("lock_payers", PackageResources.lock_payers_sql)
  /// Writes who did what to several subjects.
  public static let recordEvents = SQLFile("record_events", PackageResources.record_events_sql)
  /// Makes money that settles nothing the credit of who paid it.
  public static let writePaymentCredits = SQLFile(
    "write_payment_credits", PackageResources.write_payment_credits_sql)
  /// Notes money that came in.
  public static let writePayments = SQLFile("write_payments", PackageResources.write_payments_sql)
  /// Ends the open dispute of a payment.
  public static let endDispute = SQLFile("end_dispute", PackageResources.end_dispute_sql)
  /// Open credit that credit notes of some invoices left.
  public static let listOpenNotes = SQLFile("list_open_notes", PackageResources.list_open_notes_sql)
  /// What of a payment settles nothing.
  public static let listPaymentCredits = SQLFile(
    "list_payment_credits", PackageResources.list_payment_credits_sql)
  /// Payments with which something was granted on some invoices.
  public static let listGrantingPayments = SQLFile(
    "list_granting_payments", PackageResources.list_granting_payments_sql)
  /// What of a payment settles documents now.
  public static let listPaymentSettlements = SQLFile(
    "list_payment_settlements", PackageResources.list_payment_settlements_sql)
  /// Notes that a payment is wanted back, or was taken back.
  public static let openPaymentReturn = SQLFile(
    "open_payment_return", PackageResources.open_payment_return_sql)
  /// A payment, with what of it went back.
  public static let showPayment = SQLFile("show_payment", PackageResources.show_payment_sql)
  /// Turns AutoPay off for who pays by a source.
  public static let stopAutopay = SQLFile("stop_autopay", PackageResources.stop_autopay_sql)
  /// Takes out of credits what was paid back or taken back.
  public static let writePayouts = SQLFile("write_payouts", PackageResources.write_payouts_sql)
  /// Notes money that was paid back by hand.
  public static let writeRefund = SQLFile("write_refund", PackageResources.write_refund_sql)
  /// What credits pay of some documents now.
  public static let listAppliedCredits = SQLFile(
    "list_applied_credits", PackageResources.list_applied_credits_sql)
  /// The customers that an id or a number names.
  public static let findCustomers = SQLFile("find_customers", PackageResources.find_customers_sql)
  /// Whose payment it is that a customer makes.
  public static let findPaymentOwner = SQLFile(
    "find_payment_owner", PackageResources.find_payment_owner_sql)
  /// Payments, with what became of each.
  public static let listPayments = SQLFile("list_payments", PackageResources.list_payments_sql)

  // MARK: - Import

  /// Checks that payments are of days not far back.
  public static let importCheckOldPayments = SQLFile(
    "import_check_old_payments", PackageResources.import_check_old_payments_sql)
  /// Checks that payments without a reference are none that is recorded.
  public static let importCheckRepeatedPayments = SQLFile(
    "import_check_repeated_payments", PackageResources.import_check_repeated_payments_sql)
  /// The fingerprints of files, and when each was taken before.
  public static let importFindLists = SQLFile(
    "import_find_lists", PackageResources.import_find_lists_sql)
  /// Remembers a file of payments.
  public static let importRecordList = SQLFile(
    "import_record_list", PackageResources.import_record_list_sql)
  /// Checks payments.
  public static let importCheckPayments = SQLFile(
    "import_check_payments", PackageResources.import_check_payments_sql)
  /// The good payments, to be recorded.
  public static let importListPayments = SQLFile(
    "import_list_payments", PackageResources.import_list_payments_sql)
  /// Finds the invoices that payments are for.
  public static let importMatchPayments = SQLFile(
    "import_match_payments", PackageResources.import_match_payments_sql)
  /// Leaves payments as the only objects of an import.
  public static let importOnlyPayments = SQLFile(
    "import_only_payments", PackageResources.import_only_payments_sql)
  /// Finds whose payments they are, and those recorded already.
  public static let importLockPayers = SQLFile(
    "import_lock_payers", PackageResources.import_lock_payers_sql)
  /// Reads payments from good lines.
  public static let importOwnPayments = SQLFile(
    "import_own_payments", PackageResources.import_own_payments_sql)
  /// Reads payments from good lines.
  public static let importReadPayments = SQLFile(
    "import_read_payments", PackageResources.import_read_payments_sql)
}
