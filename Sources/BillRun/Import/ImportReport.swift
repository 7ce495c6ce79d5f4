// SPDX-License-Identifier: Apache-2.0

/// What an import did, or why it did nothing.
public struct ImportReport: Hashable, Sendable {
  /// What became of the lines of one object.
  public struct Count: Hashable, Sendable {
    /// The object's name: `customer`.
    public let object: String
    /// Lines that made an object or a version of one.
    public let created: Int
    /// Lines that changed an object.
    public let updated: Int
    /// Lines that say what is known already.
    public let unchanged: Int
    /// Of payments, the ids of those that were recorded, in the order of their lines.
    public var ids: [Int64] = []
  }

  /// One thing that is wrong with a line.
  public struct Fault: Hashable, Sendable {
    /// The file as it was named.
    public let file: String
    /// The line within the file, from 1.
    public let line: Int
    /// The field's path, such as `addons.0.plan`; empty for the whole line.
    public let field: String
    /// What should have stood there.
    public let expected: String
    /// What stands there as JSON, cut off after 80 characters; nil when nothing does.
    public let found: String?
    /// The line that this one needs and that is refused itself, as `file:line`; nil for none.
    public let because: String?
  }

  /// The counts by object, in the order in which they are taken in.
  public let counts: [Count]
  /// The first things that are wrong, by line; those that follow from others last.
  public let faults: [Fault]
  /// How many things are wrong.
  public let faultCount: Int
  /// How many lines are refused.
  public let refusedLines: Int
  /// Whether the import took place.
  public let isTaken: Bool
  /// How many lines were read, empty ones not counted.
  public let lines: Int
  /// How long it took, in milliseconds.
  public let milliseconds: Int64
}

extension ImportReport {
  /// Writes the object that `--json` shows.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "import")
      $0.field("taken", isTaken)
      $0.field("lines", lines)
      $0.field("refused", refusedLines)
      $0.field("milliseconds", milliseconds)
      $0.field("objects", array: { list in counts.forEach { $0.write(to: &list) } })
      $0.field("error_count", faultCount)
      $0.field("errors", array: { list in faults.forEach { $0.write(to: &list) } })
    }
  }
}

extension ImportReport.Count {
  func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("name", object)
      $0.field("created", created)
      $0.field("updated", updated)
      $0.field("unchanged", unchanged)
    }
  }
}

extension ImportReport.Fault: CustomStringConvertible {
  /// One line: `customers.jsonl:17: payment_terms: expected terms like "NET 30", found "soon"`.
  public var description: String {
    var text = "\(file):\(line): \(field.isEmpty ? "" : field + ": ")expected \(expected)"
    if let found { text += ", found \(found)" }
    if let because { text += "; \(because) is refused" }
    return text
  }

  func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("file", file)
      $0.field("line", line)
      $0.field("field", field)
      $0.field("expected", expected)
      $0.field("found", found)
      $0.field("because", because)
    }
  }
}

extension ImportReport.Count: CustomStringConvertible {
  /// One line: `customer: 7043 created, 0 updated, 0 unchanged`.
  public var description: String {
    "\(object): \(created) created, \(updated) updated, \(unchanged) unchanged"
  }
}
