// SPDX-License-Identifier: Apache-2.0

// MARK: - Manifests

extension SQLFiles {
  /// Finds the code of an item.
  public static let findItem = SQLFile("find_item", PackageResources.find_item_sql)
  /// Lists the batches of a run.
  public static let listBatches = SQLFile("list_batches", PackageResources.list_batches_sql)
  /// Removes the dry runs of a seller, which leave nothing.
  public static let removeDryRuns = SQLFile("remove_dry_runs", PackageResources.remove_dry_runs_sql)
  /// Makes the tables of a session that manifests are read into.
  public static let makeManifestLines = SQLFile(
    "make_manifest_lines", PackageResources.make_manifest_lines_sql)
  /// Copies in the lines of a manifest as they are.
  public static let copyManifestLines = SQLFile(
    "copy_manifest_lines", PackageResources.copy_manifest_lines_sql)
  /// Reads what a manifest's lines say of the whole.
  public static let readManifest = SQLFile("read_manifest", PackageResources.read_manifest_sql)
  /// Keeps the accounts of a manifest whose lines were taken in.
  public static let keepManifestEntries = SQLFile(
    "keep_manifest_entries", PackageResources.keep_manifest_entries_sql)
  /// Keeps what a run did with its payers, to be compared.
  public static let keepRunEntries = SQLFile(
    "keep_run_entries", PackageResources.keep_run_entries_sql)
  /// Freezes whom a manifest bills, in batches.
  public static let freezeManifest = SQLFile(
    "freeze_manifest", PackageResources.freeze_manifest_sql)
  /// Reads the digests that a manifest has of payers.
  public static let loadManifestAccounts = SQLFile(
    "load_manifest_accounts", PackageResources.load_manifest_accounts_sql)
  /// Tells which payers are billed differently in the second of two manifests, and why.
  public static let diffManifests = SQLFile("diff_manifests", PackageResources.diff_manifests_sql)
  /// Sums two manifests by currency.
  public static let sumManifests = SQLFile("sum_manifests", PackageResources.sum_manifests_sql)
  /// Reads what the books and all copies of them are known by.
  public static let nameBooks = SQLFile("name_books", PackageResources.name_books_sql)
  /// Finds the run that commits a manifest.
  public static let findManifestRun = SQLFile(
    "find_manifest_run", PackageResources.find_manifest_run_sql)
}
