// SPDX-License-Identifier: Apache-2.0
import CLibPQ

/// Names and types of a statement's columns, read once per statement and connection.
final class Columns: Sendable {
  let statement: String
  let names: [String]
  let types: [UInt32]

  init(of result: OpaquePointer?, statement: String) {
    self.statement = statement
    let columns = unsafe 0..<PQnfields(result)
    names = columns.map { unsafe String(cString: PQfname(result, $0)) }
    types = columns.map { unsafe PQftype(result, $0) }
  }
}
