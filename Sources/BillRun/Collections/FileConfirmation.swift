// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

/// Lets a person say that a gateway which cannot be asked has no debits of these books that they do
/// not know of, as after a backup was restored (RULES 0.6).
public struct FileConfirmation: Sendable {
  /// The gateway's name.
  public let gateway: String
  /// Why nobody is charged; nil for no doubt.
  public let doubt: String?
  /// The files for it that the books have, the newest first.
  public let files: [BankFile]
  private let account: String

  /// Reads what there is to confirm, and notes the doubt: it stands until it is confirmed.
  ///
  /// Throws `BillRunError` with 64 when the settings have no such gateway by files.
  public static func read(
    of name: String, among gateways: GatewaySet, on connection: Connection
  ) async throws -> FileConfirmation {
    guard let bank = gateways.bankFiles.first(where: { $0.name == name }) else {
      throw BillRunError(
        .usage, code: "gateway_not_found",
        "gateway \(name) not found, the settings have none by files",
        hint: "billrun check lists them")
    }
    let account = try await bank.account()
    return FileConfirmation(
      gateway: name, doubt: try await doubt(of: name, account, on: connection),
      files: try await BankFile.list(gateway: name, on: connection), account: account)
  }

  /// Why nobody is charged at a gateway, which is noted; nil for no doubt.
  static func doubt(
    of gateway: String, _ account: String, on connection: isolated Connection
  ) throws -> String? {
    let place = try GatewayWatch.Book.read(on: connection).place
    let memory = try GatewayWatch.Memory.load([gateway], on: connection)[gateway]
    guard let doubt = memory?.doubt(at: account, in: place) else { return nil }
    try GatewayWatch.note(doubt, of: gateway, on: connection)
    return doubt
  }

  /// Lets charging go on, with an event, at a moment in UNIX seconds, by a user of the operating
  /// system; the count is of the files that were listed.
  ///
  /// Throws `BillRunError` with 65 for another count.
  public func confirm(
    _ count: Int, at moment: Int64, by user: String, on connection: Connection
  ) async throws {
    if count != files.count {
      throw BillRunError(
        .dataError, code: "count_differs",
        "the books have \(Figure.counted(Int64(files.count), "file")) for \(gateway), and \(count) "
          + "were confirmed", hint: "without --confirm they are listed")
    }
    guard let doubt else { return }
    var detail = JSONWriter()
    detail.object {
      $0.field("gateway", gateway)
      $0.field("doubt", doubt)
      $0.field("files", files.count)
      $0.field("os_user", user)
    }
    _ = try await connection.operation { [detail] in
      try $0.execute(
        Statement(SQLFiles.recordEvent),
        [.string("gateway_confirmed"), .string("book"), .int64(1), .jsonb(detail.text)])
    }
    try await GatewayWatch.settle(gateway, account, at: moment, on: connection)
  }

  /// The same for people.
  public func text(isConfirmed: Bool) -> String {
    guard let doubt else { return "nothing is in doubt at \(gateway)\n" }
    let newest = files.first.map { ", the newest \($0.messageID) of \($0.asOf)" } ?? ""
    var lines = [
      "\(gateway): \(doubt)",
      "the books have \(Figure.counted(Int64(files.count), "file")) for it\(newest)",
    ]
    lines.append(
      isConfirmed
        ? "it has no other file of these books, charging goes on"
        : "it cannot be asked: --confirm \(files.count) says that it has no other file"
    )
    return lines.joined(separator: "\n") + "\n"
  }

  /// The same as JSON.
  public func write(to writer: inout JSONWriter, isConfirmed: Bool) {
    writer.object { object in
      object.field("object", "file_confirmation")
      object.field("gateway", gateway)
      object.field("doubt", doubt)
      object.field("files", files.count)
      object.field("newest", files.first?.messageID)
      object.field("settled", isConfirmed || doubt == nil)
    }
  }
}
