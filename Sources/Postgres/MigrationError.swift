// SPDX-License-Identifier: Apache-2.0

/// Why the program and the schema of the database do not fit together.
public enum MigrationError: Error, Hashable, Sendable {
  /// The database has no schema or no table of migrations yet.
  case missing
  /// The database lacks so many migrations of this program.
  case tooOld(pending: Int)
  /// The database has a migration that this program does not know.
  case tooNew(number: Int)
  /// A migration's text is not the one that was applied.
  case changed(number: Int, name: String)
  /// Another program was migrating all the time that this one waited.
  case busy

  /// What the operator can do about it.
  public var hint: String {
    switch self {
    case .missing: "run the `migrate` command, or check the name of the schema"
    case .tooOld: "run the `migrate` command"
    case .tooNew: "install the version of the program that migrated the database, or a later one"
    case .changed: "use the program as it was released; applied migrations are never edited"
    case .busy: "wait for the other migration to end, then try again"
    }
  }
}

extension MigrationError: CustomStringConvertible {
  /// The trouble in one line.
  public var description: String {
    switch self {
    case .missing: "the schema has not been created"
    case .tooOld(let pending): "the schema is too old: it lacks \(pending) migrations"
    case .tooNew(let number): "the schema is too new: migration \(number) is not known here"
    case .changed(let number, let name):
      "migration \(number) (\(name)) was changed after it was applied"
    case .busy: "another program is migrating the schema"
    }
  }
}
