// SPDX-License-Identifier: Apache-2.0

/// The server's numbers of the types that this module reads and writes (`pg_type.oid`).
enum TypeID {
  static let unspecified: UInt32 = 0
  static let bool: UInt32 = 16
  static let bytea: UInt32 = 17
  static let name: UInt32 = 19
  static let int8: UInt32 = 20
  static let int2: UInt32 = 21
  static let int4: UInt32 = 23
  static let text: UInt32 = 25
  static let json: UInt32 = 114
  static let bpchar: UInt32 = 1042
  static let varchar: UInt32 = 1043
  static let date: UInt32 = 1082
  static let timestamptz: UInt32 = 1184
  static let numeric: UInt32 = 1700
  static let jsonb: UInt32 = 3802

  static let boolArray: UInt32 = 1000
  static let byteaArray: UInt32 = 1001
  static let int2Array: UInt32 = 1005
  static let int4Array: UInt32 = 1007
  static let textArray: UInt32 = 1009
  static let bpcharArray: UInt32 = 1014
  static let varcharArray: UInt32 = 1015
  static let int8Array: UInt32 = 1016
  static let dateArray: UInt32 = 1182
  static let numericArray: UInt32 = 1231
}
