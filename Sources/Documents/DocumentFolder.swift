// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// The folder with a user's own templates, languages and letterheads; what is not in it is the
/// program's.
public struct DocumentFolder: Sendable {
  /// The files by path below the folder: `invoice.html`, `languages/fr.yaml`, `sellers/acme.yaml`.
  let files: [String: [UInt8]]

  /// An empty one.
  public init() { files = [:] }

  /// One whose files are given, by path.
  public init(files: [String: String]) { self.files = files.mapValues { Array($0.utf8) } }

  /// One whose files are given as bytes, by path.
  init(contents: [String: [UInt8]]) { files = contents }

  /// Reads a folder, its `languages` and its `sellers`; throws the system's error where it cannot.
  public init(path: String) throws {
    var files: [String: [UInt8]] = [:]
    for part in ["", "languages/", "sellers/"] {
      let folder = path + "/" + part
      if !part.isEmpty, !FileManager.default.fileExists(atPath: folder) { continue }
      for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
        guard Self.endings.contains(where: name.hasSuffix), name.first != "." else { continue }
        files[part + name] = Array(try Data(contentsOf: URL(filePath: folder + name)))
      }
    }
    self.files = files
  }

  /// The names that files must end in to be looked at.
  private static let endings = [".html", ".txt", ".yaml", ".png"]

  /// The text of a file; nil where there is none.
  func text(_ name: String) -> String? { files[name].map { String(decoding: $0, as: UTF8.self) } }

  /// The names of the files of one part, without the part's name and the ending.
  func names(in part: String, ending: String) -> [String] {
    files.keys.filter { $0.hasPrefix(part) && $0.hasSuffix(ending) }
      .map { String($0.dropFirst(part.count).dropLast(ending.count)) }
      .filter { !$0.contains("/") }.sorted()
  }
}
