// SPDX-License-Identifier: Apache-2.0
import Postgres

/// A file in the import format whose prices, tax rates and coupons count as if they were imported.
struct PriceFile {
  let path: String
  /// The moment of the import in UNIX seconds.
  let now: Int64

  /// What such a file may bring.
  private static let objects: Set<String> = ["tax_rate", "coupon", "item", "plan"]

  /// Ends the transaction, and brings what was read in it.
  private struct TakenBack: Error {
    let index: CatalogIndex
  }

  /// Imports the file, reads the catalog, and takes the import back.
  ///
  /// Throws `BillRunError` where the import would refuse the file (65), or where it brings other
  /// objects (64).
  func catalog(on connection: isolated Connection) throws -> CatalogIndex {
    do {
      return try connection.inTransaction {
        let report = try Importer.take(
          [path], ImportOptions(now: now), on: connection, since: ContinuousClock.now)
        try check(report)
        throw TakenBack(index: try CatalogIndex.load(on: connection))
      }
    } catch let back as TakenBack {
      return back.index
    }
  }

  private func check(_ report: ImportReport) throws {
    if let other = report.counts.first(where: { !Self.objects.contains($0.object) }) {
      throw BillRunError(
        .usage, code: "price_file_invalid",
        "\(path) brings a \(other.object), which a simulation does not take",
        hint: "leave only plan, item, tax_rate and coupon in it")
    }
    if let fault = report.faults.first, !report.isTaken {
      throw BillRunError(
        .dataError, code: "import_refused", "prices refused, \(fault)",
        hint: "mend \(path): billrun import would refuse it, too")
    }
  }
}
