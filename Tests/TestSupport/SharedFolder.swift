// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// The folder with public data sets that some tests need, and that not every clone has.
public enum SharedFolder {
  /// Its path: `BILLRUN_SHARED`, else `shared` next to the package; nil when there is none.
  public static var path: String? {
    let given = ProcessInfo.processInfo.environment["BILLRUN_SHARED"]
    let path = given ?? PackageFolder.path + "/../shared"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}

/// The folder of this package.
public enum PackageFolder {
  /// Its path, without a slash at the end.
  public static var path: String {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/")
  }
}
