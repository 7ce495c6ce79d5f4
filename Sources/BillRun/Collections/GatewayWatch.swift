// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Tells books that charge from copies of them, before anybody is charged twice (RULES 0.6).
///
/// Books that are restored or copied still have the old attempts, but not those that were made
/// since: another place (cluster, timeline, database or table), another account, or a charge at the
/// gateway that the books know nothing of is a doubt. It is noted, and nobody is charged until
/// `verify --gateway` or `charge adopt` has found no such charge, or a person has confirmed that a
/// gateway which cannot be asked has none (`FileConfirmation`).
struct GatewayWatch {
  let gateways: GatewaySet
  /// In UNIX seconds.
  let moment: Int64

  /// Which books these are.
  struct Book {
    /// What all books of one origin have in their keys: the end of the name that they begin with.
    let mark: String
    /// Where they are: cluster, timeline, database and table.
    let place: String

    static func read(on connection: isolated Connection) throws -> Book {
      let rows = try connection.query(Statement(SQLFiles.readBook), [])
      return Book(mark: try rows.string(0, 0).suffix(12) + "-", place: try rows.string(0, 1))
    }

    /// Whether a key is of books of this origin.
    func owns(_ key: String) -> Bool { key.utf8.dropFirst(24).starts(with: mark.utf8) }
  }

  /// What the books remember of a gateway.
  struct Memory {
    /// Nil where they have never charged there, nor compared.
    let account: String?
    let place: String?
    /// From when on the gateway may have charges that they don't know, in UNIX seconds.
    let since: Int64
    /// Why nobody is charged, nil for none.
    let doubt: String?

    /// Why nobody is charged by books in a place for an account; nil for none.
    func doubt(at account: String, in place: String) -> String? {
      if let doubt { return doubt }
      if let known = self.account, known != account {
        return "its account is \(account), the books charged for \(known)"
      }
      if let known = self.place, known != place {
        return "the books have moved to another place in a database"
      }
      return nil
    }

    static func load(
      _ gateways: [String], on connection: isolated Connection
    ) throws -> [String: Memory] {
      let rows = try connection.query(
        Statement(SQLFiles.loadGatewayAccounts), [.stringArray(gateways)])
      return Dictionary(
        uniqueKeysWithValues: try (0..<rows.count).map { row in
          (
            try rows.string(row, 0),
            Memory(
              account: try rows.optionalString(row, 1), place: try rows.optionalString(row, 2),
              since: try rows.int64(row, 3), doubt: try rows.optionalString(row, 4))
          )
        })
    }
  }

  /// Looks at each gateway that has sources; returns those that do not answer.
  ///
  /// Throws `BillRunError` with 78 when something differs, and notes it in a transaction of its
  /// own: it stands until it is settled.
  func check(on connection: Connection) async throws -> Set<String> {
    let book = try await Book.read(on: connection)
    let used = try await Self.used(on: connection).filter { gateways[$0] != nil }
    let memories = try await Memory.load(used, on: connection)
    var down: Set<String> = []
    for name in used {
      guard let gateway = gateways[name], let memory = memories[name] else { continue }
      if let doubt = memory.doubt { throw Self.differs(name, doubt) }
      do {
        try await check(gateway, memory, book, on: connection)
      } catch let error as BillRunError where error.status == .unavailable {
        down.insert(name)
      }
    }
    return down
  }

  private func check(
    _ gateway: any Gateway, _ memory: Memory, _ book: Book, on connection: Connection
  ) async throws {
    let account = try await gateway.account()
    var doubt = memory.doubt(at: account, in: book.place)
    if doubt == nil,
      try await hasStrangeCharges(gateway, since: memory.since, book, on: connection)
    {
      doubt = "it has charges of these books that they know nothing of"
    }
    if let doubt {
      try await Self.note(doubt, of: gateway.name, on: connection)
      throw Self.differs(gateway.name, doubt)
    }
    if memory.account == nil {
      try await Self.remember(gateway.name, account, book.place, at: moment, on: connection)
    }
  }

  /// A charge with a key of these books that they know nothing of, or take for declined, was made
  /// by what they are a copy of.
  private func hasStrangeCharges(
    _ gateway: any Gateway, since moment: Int64, _ book: Book, on connection: Connection
  ) async throws -> Bool {
    var charges: [(key: String, reference: String)] = []
    try await gateway.approved(since: moment) { page in
      charges += page.filter { book.owns($0.idempotencyKey) }
        .map { ($0.idempotencyKey, $0.reference) }
    }
    if charges.isEmpty { return false }
    let strange = try await connection.query(
      Statement(SQLFiles.findStrangeCharges),
      [
        .string(gateway.name), .stringArray(charges.map(\.key)),
        .stringArray(charges.map(\.reference)),
      ])
    return strange.count > 0
  }

  /// The gateways that payment sources name.
  static func used(on connection: isolated Connection) throws -> [String] {
    let rows = try connection.query(Statement(SQLFiles.listUsedGateways), [])
    return try (0..<rows.count).map { try rows.string($0, 0) }
  }

  /// Notes why nobody is charged at a gateway.
  static func note(
    _ doubt: String, of gateway: String, on connection: isolated Connection
  ) throws {
    try connection.execute(Statement(SQLFiles.noteDoubt), [.string(gateway), .string(doubt)])
  }

  /// Notes that the books and a gateway belong together.
  static func remember(
    _ gateway: String, _ account: String, _ place: String, at moment: Int64,
    on connection: isolated Connection
  ) throws {
    try connection.execute(
      Statement(SQLFiles.rememberGateway),
      [
        .string(gateway), .string(account), .string(place),
        .timestamptz(unixSeconds: moment),
      ])
  }

  /// Lets charging go on after a comparison: where something was in doubt, the books get another
  /// name, so that no key is used that another copy has used.
  static func settle(
    _ gateway: String, _ account: String, at moment: Int64, on connection: Connection
  ) async throws {
    try await connection.transaction { connection in
      let place = try Book.read(on: connection).place
      let named = try connection.query(
        Statement(SQLFiles.settleDoubt), [.string(gateway), .string(account), .string(place)])
      if let row = named.first {
        let (former, uuid) = (try row.string(0), try row.string(1))
        var detail = JSONWriter()
        detail.object {
          $0.field("gateway", gateway)
          $0.field("former", former)
          $0.field("uuid", uuid)
          $0.field("os_user", SystemUser.name)
        }
        try connection.execute(
          Statement(SQLFiles.recordEvent),
          [.string("book_named"), .string("book"), .int64(1), .jsonb(detail.text)])
      }
      try remember(gateway, account, place, at: moment, on: connection)
    }
  }

  private static func differs(_ gateway: String, _ cause: String) -> BillRunError {
    BillRunError(
      .configuration, code: "gateway_differs", "nobody is charged at \(gateway): \(cause)",
      hint: "billrun verify --gateway compares them, and lets charging go on where it finds no "
        + "charge that the books do not know; of a bank, billrun charge adopt says what to do")
  }
}
