// SPDX-License-Identifier: Apache-2.0
public import BillingCore
import Postgres
import SQLFiles

/// A block that the bank collects later than its file says: the days in which a return may come
/// count from when it can have collected, or has (RULES 4).
public struct LateBlock: Sendable, Hashable {
  /// What the bank calls it by.
  public let paymentID: String
  /// The day of collection that the file says.
  public let collectedOn: LocalDate
  /// The first day on which the bank can collect it.
  public let collectableOn: LocalDate
  /// The day on which it is final now.
  public let finalOn: LocalDate

  /// The same for people.
  public var text: String {
    "late: block \(paymentID) was to be collected on \(collectedOn), the bank can from "
      + "\(collectableOn) on: final on \(finalOn)"
  }

  func write(to list: inout JSONWriter) {
    list.object {
      $0.field("payment_id", paymentID)
      $0.field("collected_on", collectedOn.description)
      $0.field("collectable_on", collectableOn.description)
      $0.field("final_on", finalOn.description)
    }
  }

  /// The key of a block, and when it is final.
  private typealias Final = (file: Int64, block: Int32, day: LocalDate)

  /// Puts off what is final of a file that reaches its bank at a moment, in UNIX seconds, where
  /// that is too late for the days that it says; returns those blocks.
  static func putOff(
    _ file: BankFile, handedOverAt moment: Int64, by gateways: GatewaySet,
    on connection: isolated Connection
  ) throws -> [LateBlock] {
    guard let seller = try SellerRecord.list(code: file.seller, on: connection).first else {
      return []
    }
    let local = try connection.query(
      Statement(SQLFiles.readLocalTime), [.int64(moment), .string(seller.timeZone)])
    let (day, minute) = (try local.localDate(0, 0), Int(try local.int32(0, 1)))
    let rows = try connection.query(Statement(SQLFiles.listBankBlocks), [.int64(file.id)])
    var late: [LateBlock] = []
    var put: [Final] = []
    for row in rows.indices {
      let scheme: BankFileSettings.Scheme = try rows.choice(row, 2)
      let settings = gateways.bankFile(file.gateway)
      let calendar = BankFileSettings.calendar(of: scheme, by: settings)
      let first = calendar.firstCollection(
        fileReady: day, afterCutOff: settings?.cutOff.map { minute >= $0 } ?? false)
      let collected = try rows.localDate(row, 4)
      if first <= collected { continue }
      let final = calendar.finalDay(of: first)
      late.append(
        LateBlock(
          paymentID: try rows.string(row, 1), collectedOn: collected, collectableOn: first,
          finalOn: max(final, try rows.localDate(row, 5))))
      put.append((file.id, try rows.int32(row, 0), final))
    }
    try write(put, on: connection)
    return late
  }

  /// Puts off when debits of a seller are final that were booked later than their file said.
  static func putOffBooked(
    of seller: Int64, by gateways: GatewaySet, _ connection: isolated Connection
  ) throws {
    let rows = try connection.query(Statement(SQLFiles.listLateBlocks), [.int64(seller)])
    let put = try rows.indices.map { row -> Final in
      let calendar = BankFileSettings.calendar(
        of: try rows.choice(row, 3), by: gateways.bankFile(try rows.string(row, 2)))
      return (
        try rows.int64(row, 0), try rows.int32(row, 1),
        calendar.finalDay(of: try rows.localDate(row, 4))
      )
    }
    try write(put, on: connection)
  }

  private static func write(_ put: [Final], on connection: isolated Connection) throws {
    if put.isEmpty { return }
    try connection.execute(
      Statement(SQLFiles.putOffBlocks),
      [
        .int64Array(put.map(\.file)), .int32Array(put.map(\.block)),
        .dateArray(daysSince2000: put.map(\.day.daysSince2000)),
      ])
  }
}

extension GatewaySet {
  /// How a gateway collects by files; nil where the settings have it no longer.
  fileprivate func bankFile(_ name: String) -> BankFileSettings? {
    (self[name] as? BankFileGateway)?.settings
  }
}

extension BankFileSettings {
  /// When a debit is collected, and final: by the rule book alone where no gateway says otherwise.
  fileprivate static func calendar(
    of scheme: Scheme, by settings: BankFileSettings?
  ) -> CollectionCalendar {
    settings?.calendar(of: scheme)
      ?? CollectionCalendar(leadDays: 1, settleDays: scheme == .core ? 5 : 3)
  }
}
