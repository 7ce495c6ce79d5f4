// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// A file by which a bank collects, as the books keep it; amounts are in euro cents.
public struct BankFile: Sendable, Hashable {
  /// How far it is on its way; a file is handed over once (RULES 4).
  public enum State: String, Sendable {
    /// In the books, and in a folder.
    case written
    /// At the bank.
    case handedOver = "handed_over"
    /// Taken by the bank.
    case acknowledged
    /// Refused by the bank as a whole.
    case rejected
  }

  /// The key.
  public let id: Int64
  /// What the bank calls it by, and its name without `.xml`.
  public let messageID: String
  /// The seller's code.
  public let seller: String
  /// The gateway's name.
  public let gateway: String
  /// How far it is.
  public let state: State
  /// The day for which it was written.
  public let asOf: LocalDate
  /// How many debits it has.
  public let debits: Int32
  /// Their sum.
  public let sum: Int64
  /// The hash of its bytes, in hex.
  public let sha256: String
  /// When it was written, handed over and answered, in UNIX seconds; nil for not yet.
  public let moments: [Int64?]

  init(_ rows: Rows, _ row: Int) throws {
    id = try rows.int64(row, 0)
    messageID = try rows.string(row, 1)
    seller = try rows.string(row, 2)
    gateway = try rows.string(row, 3)
    state = try rows.choice(row, 4)
    asOf = try rows.localDate(row, 5)
    debits = try rows.int32(row, 6)
    sum = try rows.int64(row, 7)
    sha256 = try rows.string(row, 8)
    moments = try (9...11).map { try rows.optionalInt64(row, $0) }
  }

  /// Reads files, the newest first.
  public static func list(
    id: Int64? = nil, gateway: String? = nil, seller: Int64? = nil, state: State? = nil,
    limit: Int64? = nil, on connection: isolated Connection
  ) throws -> [BankFile] {
    let rows = try connection.query(
      Statement(SQLFiles.listBankFiles),
      [
        .int64(id), .string(gateway), .int64(seller), .string(state?.rawValue),
        .int64(limit ?? .max),
      ])
    return try rows.indices.map { try BankFile(rows, $0) }
  }

  /// Reads one file; throws `BillRunError` when there is none of this id.
  public static func read(_ id: Int64, on connection: isolated Connection) throws -> BankFile {
    guard let file = try list(id: id, on: connection).first else {
      throw BillRunError(
        .usage, code: "bank_file_not_found", "bank file \(id) not found, no id is so",
        hint: "billrun bank list")
    }
    return file
  }

  /// Its bytes, as they were handed over or will be.
  public static func content(
    _ id: Int64, on connection: isolated Connection
  ) throws -> [UInt8] {
    _ = try read(id, on: connection)
    return try connection.query(Statement(SQLFiles.showBankContent), [.int64(id)]).bytes(0, 0)
  }

  /// Notes that a file is at the bank, or that the bank has taken it, at a moment in UNIX seconds.
  ///
  /// Throws `BillRunError` with 65 where it is past that: a file is handed over once; and where it
  /// is to be handed over, and has debits that it is not to collect any more. Those of invoices
  /// that were paid meanwhile it may, where somebody says so. Returns what the bank can only
  /// collect later than the file says, by the settings of its gateway.
  @discardableResult public static func move(
    _ id: Int64, to state: State, evenIfPaid: Bool = false, for gateways: GatewaySet,
    at moment: Int64, by user: String, on connection: isolated Connection
  ) throws -> [LateBlock] {
    let file = try read(id, on: connection)
    if state == .handedOver && file.state == .written {
      let rest =
        "billrun bank acknowledge \(id) where the bank has it; else keep it from the bank, and "
        + "billrun charge resolve ATTEMPT --declined withdrawn for the rest, to charge it anew"
      try file.expectUnspent(
        "not noted as handed over", allowing: Self.collectable, hint: rest, on: connection)
      try file.expectUnspent(
        "not noted as handed over", allowing: evenIfPaid ? Self.collectable : [],
        hint:
          "billrun bank hand-over \(id) --paid collects them all the same, and what is too much "
          + "becomes credit; or \(rest)", on: connection)
    }
    let from: [State] = state == .handedOver ? [.written] : [.written, .handedOver]
    if try !move(id, to: state, from: from, at: moment, by: user, on: connection) {
      throw BillRunError(
        .dataError, code: "bank_file_\(file.state.rawValue)",
        "nothing noted, on bank file \(id), it is "
          + "\(file.state.rawValue.replacing("_", with: " ")) already",
        hint: "billrun bank show \(id)")
    }
    if file.state != .written { return [] }
    return try LateBlock.putOff(file, handedOverAt: moment, by: gateways, on: connection)
  }

  /// The states of debits that a person may have collected all the same: of invoices that owe less
  /// by now, and of those whose money went back.
  static let collectable: Set = ["paid", "money_went_back"]

  /// The debits of a file that are not to be collected by it, by invoice, each with why.
  static func spent(
    _ id: Int64, allowing states: Set<String> = [], on connection: isolated Connection
  ) throws -> [String] {
    let rows = try connection.query(Statement(SQLFiles.listSpentDebits), [.int64(id)])
    return try rows.indices.compactMap { row in
      let state = try rows.string(row, 2)
      return states.contains(state) ? nil : "\(try rows.string(row, 1)) \(state)"
    }
  }

  /// Throws `BillRunError` with 65 where debits of it are not to be collected by it, but those in
  /// the states that are allowed.
  func expectUnspent(
    _ refusal: String, allowing states: Set<String>, hint: String,
    on connection: isolated Connection
  ) throws {
    let spent = try Self.spent(id, allowing: states, on: connection)
    if spent.isEmpty { return }
    let more = spent.count > 5 ? ", and \(spent.count - 5) more" : ""
    throw BillRunError(
      .dataError, code: "bank_file_outdated",
      "bank file \(id) \(refusal), it is not to collect "
        + "\(spent.prefix(5).joined(separator: ", "))\(more)", hint: hint)
  }

  static func move(
    _ id: Int64, to state: State, from states: [State], at moment: Int64, by user: String,
    on connection: isolated Connection
  ) throws -> Bool {
    try !connection.query(
      Statement(SQLFiles.moveBankFile),
      [
        .int64(id), .string(state.rawValue), .stringArray(states.map(\.rawValue)), .string(user),
        .timestamptz(unixSeconds: moment),
      ]
    ).isEmpty
  }
}

extension BankFile {
  /// The files as a table for people.
  public static func table(of files: [BankFile]) -> TextTable {
    var table = TextTable([
      ("id", .right), ("message", .left), ("seller", .left), ("gateway", .left), ("as of", .left),
      ("debits", .right), ("sum", .right), ("state", .left),
    ])
    for file in files {
      table.add([
        String(file.id), file.messageID, file.seller, file.gateway, file.asOf.description,
        Figure.count(file.debits), Figure.amount(minor: file.sum, digits: 2),
        file.state.rawValue.replacing("_", with: " "),
      ])
    }
    return table
  }

  /// Writes the object that `--json` shows.
  public func write(
    to writer: inout JSONWriter, blocks: [Block]? = nil, late: [LateBlock] = []
  ) {
    writer.object { object in
      object.field("object", "bank_file")
      object.field("id", id)
      object.field("message_id", messageID)
      object.field("seller", seller)
      object.field("gateway", gateway)
      object.field("state", state.rawValue)
      object.field("as_of", asOf.description)
      object.field("debits", debits)
      object.field("sum", minor: sum, digits: 2)
      object.field("sha256", sha256)
      for (name, moment) in zip(["written_at", "handed_over_at", "answered_at"], moments) {
        object.field(name, moment)
      }
      if let blocks {
        object.field("blocks", array: { list in blocks.forEach { $0.write(to: &list) } })
      }
      if !late.isEmpty {
        object.field("late", array: { list in late.forEach { $0.write(to: &list) } })
      }
    }
  }

  /// What a file asks for on one day, by one rule book and sequence type.
  public struct Block: Sendable, Hashable {
    /// What the bank calls it by.
    public let paymentID: String
    /// `core` or `b2b`, and `FRST`, `RCUR`, `FNAL` or `OOFF`.
    public let kind: [String]
    /// The day of collection, the day on which it is final, and that on which the bank booked it.
    public let days: [LocalDate?]
    /// How many debits it has.
    public let debits: Int32
    /// Their sum.
    public let sum: Int64
    /// How many debits are pending, approved, declined and returned.
    public let outcomes: [Int64]

    /// Reads the blocks of a file, in order.
    public static func list(
      of file: Int64, on connection: isolated Connection
    ) throws -> [Block] {
      let rows = try connection.query(Statement(SQLFiles.listBankBlocks), [.int64(file)])
      return try rows.indices.map { row in
        Block(
          paymentID: try rows.string(row, 1),
          kind: [try rows.string(row, 2), try rows.string(row, 3)],
          days: try [4, 5, 8].map { try rows.optionalLocalDate(row, $0) },
          debits: try rows.int32(row, 6), sum: try rows.int64(row, 7),
          outcomes: try (9...12).map { try rows.int64(row, $0) })
      }
    }

    /// The blocks as a table for people.
    public static func table(of blocks: [Block]) -> TextTable {
      var table = TextTable([
        ("block", .left), ("scheme", .left), ("sequence", .left), ("collected", .left),
        ("final", .left), ("booked", .left), ("debits", .right), ("sum", .right),
        ("pending", .right), ("approved", .right), ("declined", .right), ("returned", .right),
      ])
      for block in blocks {
        table.add(
          [block.paymentID] + block.kind + block.days.map { $0?.description ?? "" } + [
            Figure.count(block.debits), Figure.amount(minor: block.sum, digits: 2),
          ] + block.outcomes.map { Figure.count($0) })
      }
      return table
    }

    fileprivate func write(to list: inout JSONWriter) {
      list.object { object in
        object.field("payment_id", paymentID)
        for (name, value) in zip(["scheme", "sequence"], kind) { object.field(name, value) }
        for (name, day) in zip(["collected_on", "final_on", "booked_on"], days) {
          object.field(name, day?.description)
        }
        object.field("debits", debits)
        object.field("sum", minor: sum, digits: 2)
        for (name, count) in zip(["pending", "approved", "declined", "returned"], outcomes) {
          object.field(name, count)
        }
      }
    }
  }
}
