// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles

extension Statement {
  /// A statement of `sql/queries`, prepared under its file's name.
  init(_ file: SQLFile) { self.init(name: file.name, text: file.text) }
}
