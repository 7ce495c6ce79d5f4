// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// What a dry run has written, read again: whose it is, and the accounts, which stand in a table of
/// the session.
struct Manifest: Sendable {
  let seller: String
  let asOf: LocalDate
  let invoiceDate: LocalDate
  /// What the run is for that it is a look at.
  let kind: RunKind
  /// Which of what is due that run bills, and how.
  let catchUp: CatchUp
  /// Of all lines but the last.
  let digest: String

  /// Which of two manifests it is where they are compared.
  enum Side: Int16 {
    case first = 1
    case second = 2
  }

  /// Reads a file, and keeps its accounts; `makeTables` comes before it.
  ///
  /// Throws `BillRunError` where it is none (65): cut off, changed, or of other books.
  init(_ path: String, as side: Side = .first, on connection: isolated Connection) throws {
    try connection.run(script: "truncate manifest_text", name: "truncate")
    var source = try LineSource(path)
    // The last line has the digest of those before it.
    var chain = LineChain()
    var last: [UInt8] = []
    do {
      try connection.copyIn(text: SQLFiles.copyManifestLines.text) {
        let piece = try source.next()
        for line in (piece ?? []).split(separator: LineChain.lineFeed) {
          if !last.isEmpty { chain.add(last) }
          last = Array(line)
        }
        return piece
      }
      let found = try connection.query(Statement(SQLFiles.readManifest), [])
      guard let row = found.first else { throw Trouble.none }
      try self.init(row)
      guard digest == chain.text else { throw Trouble.changed }
      let books = try row.string("books")
      guard try Self.books(on: connection) == books else { throw Trouble.otherBooks }
      try connection.execute(
        Statement(SQLFiles.keepManifestEntries), [.int16(side.rawValue)])
    } catch let trouble as Trouble {
      throw BillRunError.badManifest(path, trouble)
    } catch let error as PostgresError where error.sqlState.hasPrefix("22") {
      throw BillRunError.badManifest(path, .none)
    }
  }

  private init(_ row: Row) throws {
    guard let seller = try row.optionalString("seller"),
      let asOf = try row.optionalString("as_of").flatMap({ LocalDate(iso: $0) }),
      let invoiceDate = try row.optionalString("invoice_date").flatMap({ LocalDate(iso: $0) }),
      try row.optionalString("books") != nil, try row.int64("strange") == 0
    else { throw Trouble.none }
    guard let digest = try row.optionalString("digest"),
      let fingerprint = try row.optionalString("fingerprint"),
      try row.optionalInt64("accounts") == row.int64("found")
    else { throw Trouble.cutOff }
    guard try row.string("found_fingerprint") == fingerprint else { throw Trouble.changed }
    self.seller = seller
    self.asOf = asOf
    self.invoiceDate = invoiceDate
    kind = try row.optionalString("kind").flatMap { RunKind(rawValue: $0) } ?? .regular
    catchUp = try CatchUp(row)
    self.digest = digest
  }

  /// The run that commits it, or has; nil for none.
  func run(
    of seller: SellerRecord, on connection: isolated Connection
  ) throws -> Int64? {
    let found = try connection.query(
      Statement(SQLFiles.findManifestRun),
      [.int64(seller.seller.id.rawValue), .string(digest)])
    return try found.first?.int64("run_id")
  }

  /// What is wrong with a file.
  enum Trouble: String, Error {
    case none = "it is not a manifest"
    case cutOff = "the manifest is not whole"
    case changed = "the manifest was changed: its digest is another"
    case otherBooks = "the manifest is of other books"
  }

  /// Makes the tables of the session, or empties them.
  static func makeTables(on connection: isolated Connection) throws {
    try connection.run(
      script: SQLFiles.makeManifestLines.text, name: SQLFiles.makeManifestLines.name)
  }

  /// What these books and all copies of them are known by.
  static func books(on connection: isolated Connection) throws -> String {
    try connection.query(Statement(SQLFiles.nameBooks), []).string(0, 0)
  }
}

/// The digests that a manifest has of a payer.
struct ManifestAccount: Sendable {
  let inputs: [UInt8]
  let outputs: [UInt8]

  /// Those of some payers of the manifest that a run commits, by customer.
  static func load(
    _ payers: [Int64], of run: Int64, on connection: isolated Connection
  ) throws -> [Int64: ManifestAccount] {
    let rows = try connection.query(
      Statement(SQLFiles.loadManifestAccounts), [.int64(run), .int64Array(payers)])
    var accounts: [Int64: ManifestAccount] = [:]
    for row in 0..<rows.count {
      accounts[try rows.int64(row, 0)] = ManifestAccount(
        inputs: try rows.bytes(row, 1), outputs: try rows.bytes(row, 2))
    }
    return accounts
  }
}

extension BillRunError {
  fileprivate static func badManifest(
    _ path: String, _ trouble: Manifest.Trouble
  ) -> BillRunError {
    BillRunError(
      .dataError, code: "manifest_invalid", "\(trouble.rawValue), on \(path)",
      hint: "billrun run --as-of DAY --dry --manifest FILE")
  }
}
