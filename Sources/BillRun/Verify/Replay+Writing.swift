// SPDX-License-Identifier: Apache-2.0
import BillingCore

extension Replay {
  /// The differences, then the verdict, each line with its line feed.
  public var text: String {
    var table = TextTable([
      ("document", .left), ("part", .left), ("figure", .left), ("stored", .right),
      ("recomputed", .right),
    ])
    for difference in tally.first {
      table.add([
        difference.number ?? "id \(difference.invoice)",
        difference.part + (difference.place.map { " \($0)" } ?? ""), difference.figure,
        difference.stored, difference.recomputed,
      ])
    }
    let looked =
      "\(Figure.counted(tally.documents, "document")), \(Figure.counted(tally.lines, "line")), "
      + Figure.counted(tally.figures, "figure")
    if isClean { return "clean: \(looked)\n" }
    let rest = tally.differences - Int64(tally.first.count)
    return table.text + (rest > 0 ? "and \(Figure.count(rest)) more\n" : "")
      + "\nDIFFERENT: \(Figure.counted(tally.differences, "figure")) of "
      + "\(Figure.counted(tally.differing, "document")); looked at \(looked)\n"
  }

  /// Writes the result as one object.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "replay")
      $0.field("program", Version.text)
      $0.key("runs")
      if let runs = scope.runs {
        $0.array { list in for run in runs { list.integer(run) } }
      } else {
        $0.null()
      }
      $0.field("from", scope.from?.description)
      $0.field("to", scope.to?.description)
      $0.field("clean", isClean)
      $0.field("documents", tally.documents)
      $0.field("lines", tally.lines)
      $0.field("figures", tally.figures)
      $0.field("differing_documents", tally.differing)
      $0.field("differences", tally.differences)
      $0.field("first", objects: tally.first) { object, difference in
        object.field("invoice", difference.invoice)
        object.field("number", difference.number)
        object.field("part", difference.part)
        object.field("place", difference.place)
        object.field("figure", difference.figure)
        object.field("stored", difference.stored)
        object.field("recomputed", difference.recomputed)
      }
      $0.field("milliseconds", milliseconds)
      $0.field("exit_code", exitCode.rawValue)
    }
  }
}
