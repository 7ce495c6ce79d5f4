// SPDX-License-Identifier: Apache-2.0

// MARK: - Documents made by hand, and posting

extension SQLFiles {
  /// Locks customers.
  public static let lockCustomers = SQLFile("lock_customers", PackageResources.lock_customers_sql)
  /// Drops the staging tables of an import.
  public static let importClose = SQLFile("import_close", PackageResources.import_close_sql)
  /// Takes the only line of a file as an object of a kind.
  public static let importNameObject = SQLFile(
    "import_name_object", PackageResources.import_name_object_sql)
  /// Lets the planner know of the invoices that were read.
  public static let importAnalyzeInvoices = SQLFile(
    "import_analyze_invoices", PackageResources.import_analyze_invoices_sql)
  /// Passes over invoices that are known.
  public static let importSkipKnownInvoices = SQLFile(
    "import_skip_known_invoices", PackageResources.import_skip_known_invoices_sql)
  /// Checks the numbers that new documents bring along.
  public static let importCheckNewNumbers = SQLFile(
    "import_check_new_numbers", PackageResources.import_check_new_numbers_sql)
  /// Checks invoices of a former system.
  public static let importCheckOpenInvoices = SQLFile(
    "import_check_open_invoices", PackageResources.import_check_open_invoices_sql)
  /// Finds which lines have invoices, and of which sellers.
  public static let importFindInvoices = SQLFile(
    "import_find_invoices", PackageResources.import_find_invoices_sql)
  /// Notes which invoices cannot be charged.
  public static let importRefuseInvoices = SQLFile(
    "import_refuse_invoices", PackageResources.import_refuse_invoices_sql)
  /// Reads invoices from good lines.
  public static let importReadInvoices = SQLFile(
    "import_read_invoices", PackageResources.import_read_invoices_sql)
  /// Reads the line items of invoices.
  public static let importReadInvoiceItems = SQLFile(
    "import_read_invoice_items", PackageResources.import_read_invoice_items_sql)
  /// Checks invoices.
  public static let importCheckInvoices = SQLFile(
    "import_check_invoices", PackageResources.import_check_invoices_sql)
  /// Checks the line items of invoices.
  public static let importCheckInvoiceItems = SQLFile(
    "import_check_invoice_items", PackageResources.import_check_invoice_items_sql)
  /// Checks the taxes and discounts of invoices and of their lines.
  public static let importCheckInvoiceCharges = SQLFile(
    "import_check_invoice_charges", PackageResources.import_check_invoice_charges_sql)
  /// Loads staged invoices to be priced.
  public static let loadManualInvoices = SQLFile(
    "load_manual_invoices", PackageResources.load_manual_invoices_sql)
  /// Loads the line items of staged invoices.
  public static let loadManualItems = SQLFile(
    "load_manual_items", PackageResources.load_manual_items_sql)
  /// Gives drafts what no figure depends on, and keeps what was asked for.
  public static let describeManualInvoices = SQLFile(
    "describe_manual_invoices", PackageResources.describe_manual_invoices_sql)
  /// Attaches files to documents that were written.
  public static let attachManualFiles = SQLFile(
    "attach_manual_files", PackageResources.attach_manual_files_sql)
  /// Counts the coupons of invoices made by hand, or gives them back.
  public static let countAttachedCoupons = SQLFile(
    "count_attached_coupons", PackageResources.count_attached_coupons_sql)
  /// Notes what happened to documents.
  public static let recordInvoiceEvents = SQLFile(
    "record_invoice_events", PackageResources.record_invoice_events_sql)
  /// Reads drafts that are to be posted, in order.
  public static let loadPostings = SQLFile("load_postings", PackageResources.load_postings_sql)
  /// Makes drafts open.
  public static let postInvoices = SQLFile("post_invoices", PackageResources.post_invoices_sql)
  /// Takes the next numbers of a series for documents.
  public static let numberDocuments = SQLFile(
    "number_documents", PackageResources.number_documents_sql)
  /// Gives documents the numbers that came with them.
  public static let writeSuppliedNumbers = SQLFile(
    "write_supplied_numbers", PackageResources.write_supplied_numbers_sql)
  /// Lists the next drafts to post.
  public static let listDrafts = SQLFile("list_drafts", PackageResources.list_drafts_sql)
  /// Gives a draft the head that it was priced to have.
  public static let updateDraft = SQLFile("update_draft", PackageResources.update_draft_sql)
  /// Keeps drafts that are about to be deleted.
  public static let recordDeletions = SQLFile(
    "record_deletions", PackageResources.record_deletions_sql)
  /// Deletes the lines, discounts and taxes of drafts.
  public static let deleteDraftParts = SQLFile(
    "delete_draft_parts", PackageResources.delete_draft_parts_sql)
  /// Deletes what documents made by hand were asked for as.
  public static let deleteRequests = SQLFile(
    "delete_requests", PackageResources.delete_requests_sql)
  /// Deletes drafts without parts.
  public static let deleteDrafts = SQLFile("delete_drafts", PackageResources.delete_drafts_sql)
  /// Adds the fields that a change of an invoice may have.
  public static let importChangeFields = SQLFile(
    "import_change_fields", PackageResources.import_change_fields_sql)
  /// Checks what a change of a document says.
  public static let checkInvoiceChange = SQLFile(
    "check_invoice_change", PackageResources.check_invoice_change_sql)
  /// Finds which fields of a change differ from what a document has.
  public static let compareInvoiceChange = SQLFile(
    "compare_invoice_change", PackageResources.compare_invoice_change_sql)
  /// Makes the object that a changed draft is priced from.
  public static let mergeInvoiceChange = SQLFile(
    "merge_invoice_change", PackageResources.merge_invoice_change_sql)
  /// Sets what no figure of a document depends on.
  public static let setInvoiceFields = SQLFile(
    "set_invoice_fields", PackageResources.set_invoice_fields_sql)
  /// Notes terms and due date that were agreed after posting.
  public static let amendInvoice = SQLFile("amend_invoice", PackageResources.amend_invoice_sql)
  /// Gives a draft other terms.
  public static let setDraftTerms = SQLFile("set_draft_terms", PackageResources.set_draft_terms_sql)
  /// Attaches the files that a change lists, and no others.
  public static let replaceAttachments = SQLFile(
    "replace_attachments", PackageResources.replace_attachments_sql)
  /// Notes what was changed of a document.
  public static let recordInvoiceChange = SQLFile(
    "record_invoice_change", PackageResources.record_invoice_change_sql)
  /// Tells where a document stands in its series.
  public static let showNumberPlace = SQLFile(
    "show_number_place", PackageResources.show_number_place_sql)
  /// Keeps the date of a series' newest number.
  public static let setSeriesDate = SQLFile("set_series_date", PackageResources.set_series_date_sql)
  /// Keeps a file.
  public static let addFile = SQLFile("add_file", PackageResources.add_file_sql)
  /// Shows a file.
  public static let showFile = SQLFile("show_file", PackageResources.show_file_sql)
  /// Lists the attachments of a document.
  public static let listAttachments = SQLFile(
    "list_attachments", PackageResources.list_attachments_sql)
}
