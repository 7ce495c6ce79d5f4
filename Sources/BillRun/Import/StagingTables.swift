// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles

/// The tables of the session into which objects are brought before they are taken in.
enum StagingTables {
  /// What was deleted leaves its place in a table: after so many uses such places are given back.
  private static let wear = 1_000

  private static let script = SQLFiles.importClose.text + "\n" + SQLFiles.importOpen.text
  private static let name = "import_open"

  /// Makes them, or empties those that the session has, and says what objects may hold.
  ///
  /// For `many` they are made in any case, so that no statement runs as it was planned for a
  /// handful of rows; for others each statement is planned once.
  static func open(forMany many: Bool, on connection: isolated Connection) throws {
    try connection.enqueue(
      Statement(SQLFiles.importSetPlanner), [.string(many ? "auto" : "force_generic_plan")])
    if many { forget(on: connection) }
    let uses = try connection.keep(script: script, name: name)
    if uses == 0 {
      for file in [SQLFiles.importObjects, SQLFiles.importFields, SQLFiles.importTypes] {
        try connection.enqueue(Statement(file), [])
      }
    } else {
      if uses.isMultiple(of: wear) {
        try connection.run(script: SQLFiles.importShrink.text, name: "import_shrink")
      }
      try connection.enqueue(Statement(SQLFiles.importEmpty), [])
    }
  }

  /// Has them made anew the next time, since what objects may hold is not as usual.
  static func forget(on connection: isolated Connection) { connection.forget(name) }
}
