// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Tells books that charge from copies of them, before anybody is charged twice (RULES 0.6).
///
/// Books that are restored or copied still have the old attempts, but not those that were made
/// since: another place (cluster, timeline, database or table), another account, or a charge at the
/// gateway that the books know nothing of stops charging until `verify --gateway` has compared.
struct GatewayWatch {
  let gateways: GatewaySet
  /// In UNIX seconds.
  let moment: Int64

  /// Where these books are.
  struct Place: Hashable {
    let uuid: String
    /// Cluster, timeline, database and table.
    let name: String

    static func read(on connection: isolated Connection) throws -> Place {
      let rows = try connection.query(Statement(SQLFiles.readBook), [])
      return Place(uuid: try rows.string(0, 0), name: try rows.string(0, 1))
    }
  }

  /// What the books remember of a gateway.
  private struct Memory {
    let account: String
    let place: String
    let newest: Int64?
  }

  /// Looks at each gateway that has sources; returns those that do not answer.
  ///
  /// Throws `BillRunError` with 78 when something differs.
  func check(on connection: Connection) async throws -> Set<String> {
    let place = try await Place.read(on: connection)
    let memories = try await memories(on: connection)
    var down: Set<String> = []
    for name in try await used(on: connection) {
      guard let gateway = gateways[name] else { continue }
      do {
        try await check(gateway, memories[name], place, on: connection)
      } catch let error as BillRunError where error.status == .unavailable {
        down.insert(name)
      }
    }
    return down
  }

  private func check(
    _ gateway: any Gateway, _ memory: Memory?, _ place: Place, on connection: Connection
  ) async throws {
    let account = try await gateway.account()
    if let memory {
      if memory.account != account {
        throw Self.differs(
          gateway.name, "its account is \(account), the books charged for \(memory.account)")
      }
      if memory.place != place.name {
        throw Self.differs(gateway.name, "the books have moved to another place in a database")
      }
      try await refuseUnknownCharges(gateway, since: memory.newest, place, on: connection)
    } else {
      try await Self.remember(gateway.name, account, place, at: moment, on: connection)
    }
  }

  /// A charge with a key of these books that they know nothing of was made by what they are a copy
  /// of.
  private func refuseUnknownCharges(
    _ gateway: any Gateway, since newest: Int64?, _ place: Place, on connection: Connection
  ) async throws {
    guard let newest else { return }
    var keys: [String] = []
    try await gateway.approved(since: newest) { page in
      keys += page.map(\.idempotencyKey).filter { $0.hasPrefix("\(place.uuid)-") }
    }
    if keys.isEmpty { return }
    let known = try await connection.query(Statement(SQLFiles.findAttempts), [.stringArray(keys)])
    if known.count < Set(keys).count {
      throw Self.differs(gateway.name, "it has charges of these books that they know nothing of")
    }
  }

  /// The gateways that payment sources name.
  private func used(on connection: isolated Connection) throws -> [String] {
    let rows = try connection.query(Statement(SQLFiles.listUsedGateways), [])
    return try (0..<rows.count).map { try rows.string($0, 0) }
  }

  private func memories(on connection: isolated Connection) throws -> [String: Memory] {
    let rows = try connection.query(Statement(SQLFiles.loadGatewayAccounts), [])
    return Dictionary(
      uniqueKeysWithValues: try (0..<rows.count).map { row in
        (
          try rows.string(row, 0),
          Memory(
            account: try rows.string(row, 1), place: try rows.string(row, 2),
            newest: try rows.optionalInt64(row, 3))
        )
      })
  }

  /// Notes that the books and a gateway belong together.
  static func remember(
    _ gateway: String, _ account: String, _ place: Place, at moment: Int64,
    on connection: isolated Connection
  ) throws {
    try connection.execute(
      Statement(SQLFiles.rememberGateway),
      [
        .string(gateway), .string(account), .string(place.name),
        .timestamptz(unixSeconds: moment),
      ])
  }

  private static func differs(_ gateway: String, _ cause: String) -> BillRunError {
    BillRunError(
      .configuration, code: "gateway_differs", "nobody is charged at \(gateway): \(cause)",
      hint: "billrun verify --gateway compares them, and lets charging go on where nothing differs")
  }
}
