// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Postgres
import SQLFiles

/// A message of a bank (ISO 20022), which the server takes apart: there is no XML parser here.
struct BankMessage {
  /// What it can be.
  enum Kind: String {
    /// What became of a file before settlement.
    case status = "CstmrPmtStsRpt"
    /// A statement.
    case statement = "BkToCstmrStmt"
    /// What a statement has up to now.
    case report = "BkToCstmrAcctRpt"
    /// What a statement will have.
    case notification = "BkToCstmrDbtCdtNtfctn"
  }

  /// The path, as it was named.
  let name: String
  let fingerprint: [UInt8]
  /// The day on which the same bytes were read before; nil for never.
  let readOn: String?
  let kind: Kind
  /// `pain.002.001.10`.
  let version: String
  let messageID: String
  private let text: String
  private let namespace: String

  /// The parameters of statements that take it apart: text and namespace.
  var parameters: [Parameter] { [.string(text), .string(namespace)] }

  /// Reads a file.
  ///
  /// Throws `BillRunError` with 65 when it cannot be read, or is no message of a kind and version
  /// that is known here.
  init(_ path: String, on connection: isolated Connection) throws {
    name = path
    guard let content = FileManager.default.contents(atPath: path), !content.isEmpty else {
      throw BillRunError(
        .dataError, code: "file_unreadable", "file not read, on \(path), it is empty or not there",
        hint: "ls -l \(path)")
    }
    let bytes = [UInt8](content)
    let known = try connection.query(Statement(SQLFiles.findBankReport), [.bytea(bytes)])
    fingerprint = try known.bytes(0, 0)
    readOn = try known.optionalString(0, 1)
    guard let text = Self.text(of: bytes) else {
      throw Self.malformed(path, "it is neither UTF-8 nor ISO-8859-1")
    }
    // A bank's message has none, and entities can be made to grow without end.
    if text.contains("<!DOCTYPE") { throw Self.malformed(path, "it declares a document type") }
    self.text = text
    let root: Rows
    do {
      root = try connection.inSavepoint {
        try connection.query(Statement(SQLFiles.readBankRoot), [.string(text)])
      }
    } catch let error as PostgresError where error.sqlState.hasPrefix("2200") {
      throw Self.malformed(path, "it is no well-formed XML")
    }
    namespace = try root.optionalString(0, 0) ?? ""
    version = String(namespace.split(separator: ":").last ?? "")
    guard Self.versions.contains(version), namespace == "urn:iso:std:iso:20022:tech:xsd:\(version)",
      let kind = Kind(rawValue: try root.optionalString(0, 1) ?? "")
    else {
      throw BillRunError(
        .dataError, code: "bank_message_unknown",
        "nothing read, on \(path), it is none of \(Self.versions.joined(separator: ", "))",
        hint: "head -c 300 \(path)")
    }
    self.kind = kind
    messageID = try root.optionalString(0, 2) ?? ""
  }

  private static let versions = [
    "pain.002.001.03", "pain.002.001.10", "camt.052.001.02", "camt.052.001.08", "camt.053.001.02",
    "camt.053.001.08", "camt.054.001.02", "camt.054.001.08",
  ]

  private static func text(of bytes: [UInt8]) -> String? {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    let head = String(decoding: bytes.prefix(100).prefix { $0 != UInt8(ascii: ">") }, as: UTF8.self)
    if bytes.contains(0) { return nil }
    if head.lowercased().contains("iso-8859-1") {
      return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
    return String(validating: bytes, as: UTF8.self)
  }

  static func malformed(_ path: String, _ problem: String) -> BillRunError {
    BillRunError(
      .dataError, code: "bank_message_malformed", "nothing read, on \(path), \(problem)",
      hint: "get the file from the bank again")
  }

  /// Remembers that it was read; one that was not read as a whole is read again.
  func record(
    _ detail: String, isWhole: Bool, on connection: isolated Connection
  ) throws {
    try connection.execute(
      Statement(SQLFiles.recordBankReport),
      [
        .bytea(fingerprint), .string(name), .string(version), .string(messageID), .jsonb(detail),
        .bool(isWhole),
      ])
  }
}
