// SPDX-License-Identifier: Apache-2.0

// MARK: - Links in invoices

extension SQLFiles {
  /// Whether the login may make links.
  public static let checkLinkRight = SQLFile(
    "check_link_right", PackageResources.check_link_right_sql)
  /// What the tokens of links are made with.
  public static let readLinkSecret = SQLFile(
    "read_link_secret", PackageResources.read_link_secret_sql)
  /// Whether a link opens anything.
  public static let findLink = SQLFile("find_link", PackageResources.find_link_sql)
  /// Revokes links.
  public static let revokeLinks = SQLFile("revoke_links", PackageResources.revoke_links_sql)
  /// Notes that a document was opened.
  public static let markViewed = SQLFile("mark_viewed", PackageResources.mark_viewed_sql)
  /// What the page of a payment shows.
  public static let showPayable = SQLFile("show_payable", PackageResources.show_payable_sql)
}
