// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct NumberFormatTests {
  @Test(
    "a number is the format with the place in the series filled in",
    arguments: [
      ("INV-{seq:06}", 7, "INV-000007"), ("{seq}", 7, "7"), ("R{seq:3}/26", 1234, "R1234/26"),
      ("{seq:18}", 1, "000000000000000001"), ("a{seq:02}b", Int64.max, "a9223372036854775807b"),
    ] as [(String, Int64, String)])
  func number(series: String, place: Int64, number: String) throws {
    #expect(try #require(NumberFormat(series: series)).number(place) == number)
  }

  @Test(
    "a format needs exactly one place for the number and nothing left to fill in",
    arguments: [
      "", "INV", "INV-{seq", "{seq}{seq}", "{year}-{seq}", "{seq:0}", "{seq:19}", "{seq:x}",
      "{seq6}",
      "}{seq}", "{seq}{",
    ])
  func refused(series: String) {
    #expect(NumberFormat(series: series) == nil)
  }

  @Test(
    "the year is the one in which the fiscal year began, the month that of the date",
    arguments: [
      ("2026-03-31", "04-01", "acme-2025-03-{seq}"), ("2026-04-01", "04-01", "acme-2026-04-{seq}"),
      ("2026-12-31", "01-01", "acme-2026-12-{seq}"), ("2026-01-01", "01-01", "acme-2026-01-{seq}"),
      ("2026-02-28", "02-29", "acme-2025-02-{seq}"),
    ])
  func series(date: String, fiscalYearStart: String, series: String) {
    #expect(
      NumberFormat.series(
        format: "{seller}-{year}-{month}-{seq}", seller: "acme", date: .on(date),
        fiscalYearStart: fiscalYearStart) == series)
  }
}
