// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// A cadence's newest version, with what its steps need to be taken.
struct StoredCadence: Sendable {
  /// What a step needs beside its day.
  struct Detail: Sendable {
    /// The template of its message: `reminder` of what is due, and before that `invoice`, unless
    /// the cadence says otherwise.
    let template: String
    /// How serious a reminder it is, from 1; nil where nothing is overdue yet.
    let level: Int?
    /// A late fee.
    let fee: LateFee.Rate?
    /// Where a webhook goes.
    let url: String?
    /// Who takes over or calls.
    let assignee: String?
  }

  let id: Int64
  let code: String
  /// Whether one message tells of all invoices of a customer whose step it is.
  let isCombined: Bool
  /// Between which hours in the customer's zone no email and no text message is delivered, as
  /// HH:MM; nil for none.
  let quietHours: (from: String, to: String)?
  /// The details of the steps, in order of their numbers.
  let details: [Detail]
  let ladder: ChaseLadder

  func detail(of step: ChasingCadence.Step) -> Detail { details[Int(step.number) - 1] }

  /// Reads the cadences that customers have, with the business days of a country.
  static func all(
    in country: String, on connection: isolated Connection
  ) throws -> [Int64: StoredCadence] {
    let rows = try connection.query(Statement(SQLFiles.listChasingCadences), [])
    if rows.isEmpty { return [:] }
    let calendar = try BusinessCalendar.stored(of: country, on: connection)
    let ids = try rows.indices.map { try rows.int64($0, 0) }
    var cadences: [Int64: StoredCadence] = [:]
    for (id, places) in Dictionary(grouping: rows.indices, by: { ids[$0] }) {
      cadences[id] = try StoredCadence(places.sorted(), of: rows, calendar: calendar)
    }
    return cadences
  }

  private init(_ places: [Int], of rows: Rows, calendar: BusinessCalendar) throws {
    let first = places[0]
    id = try rows.int64(first, 0)
    code = try rows.string(first, 1)
    isCombined = try rows.bool(first, 3)
    let (from, to) = (try rows.optionalString(first, 4), try rows.optionalString(first, 5))
    quietHours = from.flatMap { from in to.map { (from, $0) } }
    var level = 0
    details = try places.map { row in
      let action: ChasingCadence.Action = try rows.choice(row, 9)
      let isLate = try rows.optionalInt32(row, 7).map { $0 >= 0 } ?? false
      if isLate && action.isMessage { level += 1 }
      let amount = try rows.optionalString(row, 11).flatMap { ExactDecimal($0) }
      let isPercent = try rows.bool(row, 12)
      return Detail(
        template: try rows.optionalString(row, 10) ?? (isLate ? "reminder" : "invoice"),
        level: isLate && action.isMessage ? level : nil,
        fee: amount.map { isPercent ? .percent($0) : .amount($0) },
        url: try rows.optionalString(row, 13), assignee: try rows.optionalString(row, 14))
    }
    let steps = try places.map { row in
      let days = try rows.optionalInt32(row, 7)
      return ChasingCadence.Step(
        number: try rows.int16(row, 6), days == nil ? .issue : .due,
        days: Int(try days ?? rows.int32(row, 8)), try rows.choice(row, 9))
    }
    ladder = ChaseLadder(
      ChasingCadence(steps, isBusinessDaysOnly: try rows.bool(first, 2)), calendar: calendar)
  }
}

extension BusinessCalendar {
  /// The business days of a country.
  static func stored(
    of country: String, on connection: isolated Connection
  ) throws -> BusinessCalendar {
    let rows = try connection.query(Statement(SQLFiles.listHolidays), [.stringArray([country])])
    return BusinessCalendar(holidays: Set(try rows.indices.map { try rows.localDate($0, 1) }))
  }
}
