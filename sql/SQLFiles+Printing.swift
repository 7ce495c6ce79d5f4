// SPDX-License-Identifier: Apache-2.0

// MARK: - Documents as they are printed

extension SQLFiles {
  /// Documents with frozen parties and sums.
  public static let loadDocuments = SQLFile("load_documents", PackageResources.load_documents_sql)
  /// The lines of documents.
  public static let loadDocumentLines = SQLFile(
    "load_document_lines", PackageResources.load_document_lines_sql)
  /// The discounts of documents.
  public static let loadDocumentDiscounts = SQLFile(
    "load_document_discounts", PackageResources.load_document_discounts_sql)
  /// The tax groups of documents.
  public static let loadDocumentTaxes = SQLFile(
    "load_document_taxes", PackageResources.load_document_taxes_sql)
  /// What settled documents.
  public static let loadDocumentSettlements = SQLFile(
    "load_document_settlements", PackageResources.load_document_settlements_sql)
  /// Customers and sellers of statements.
  public static let loadStatements = SQLFile(
    "load_statements", PackageResources.load_statements_sql)
  /// What customers owe, invoice by invoice.
  public static let listOpenItems = SQLFile(
    "list_open_items", PackageResources.list_open_items_sql)
}
