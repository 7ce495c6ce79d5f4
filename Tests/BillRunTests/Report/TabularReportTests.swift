// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Foundation
import TestSupport
import Testing

@testable import BillRun

/// One report in each of the formats, with names that try to be something else.
@Suite struct TabularReportTests {
  static let hostile = "<script>alert(1)</script> & \"Söhne\" 'x', شركة"

  /// A report of two currencies with all kinds of values.
  static func sample(name: String = hostile) throws -> TabularReport {
    var report = TabularReport("sample_report", "sample", "2026-11-01 to 2026-11-30")
    let day = try #require(LocalDate(iso: "2026-11-07"))
    report.asked = [("from", .day(day))]
    var table = ReportTable(
      "sums", "Sums of <money>",
      [
        .init("name"), .init("state", nil, .word), .init("day", nil, .day),
        .init("count", nil, .count), .init("id", nil, .integer), .init("since", nil, .moment),
        .init("amount", nil, .amount),
      ])
    table.rows = [
      [
        .text(name), .text("not scheduled"), .day(day), .integer(12_345), .integer(12_345),
        .integer(1_795_299_757), .amount(1_605_509_145, digits: 2),
      ],
      [.none, .none, .none, .none, .none, .none, .amount(-385, digits: 0)],
    ]
    table.charts = [
      ReportChart(
        "By <age>", .columns, currency: "eur", digits: 2,
        [("current", 1_605_509_145), (name, 5), ("late", -100)]),
      ReportChart("Outcomes", .rows, currency: "jpy", digits: 0, [(name, 10), ("b", -5)]),
      ReportChart("Nothing", .rows, currency: "jpy", digits: 0, [("a", 0)]),
    ]
    report.tables = [table, ReportTable("none", "None", [.init("a")])]
    return report
  }

  @Test("people get a heading and a table, digits in groups, and no empty table")
  func text() throws {
    #expect(
      try Self.sample(name: "Ann").text == """
        sample, 2026-11-01 to 2026-11-30
        Sums of <money>
        name  state          day          count     id  since                    amount
        Ann   not scheduled  2026-11-07  12,345  12345  2026-11-21 22:22  16,055,091.45
                                                                                   -385

        """)
    let empty = TabularReport("x", "sample", "on a day")
    #expect(empty.text == "sample, on a day\nnothing\n")
  }

  @Test("programs get exact numbers, words with underscores, and each table as a list")
  func json() throws {
    let object = try JSON(Self.sample().json)
    #expect(object["object"] == "sample_report")
    #expect(object["from"] == "2026-11-07")
    #expect(object["sums", 0, "name"] == .string(Self.hostile))
    #expect(object["sums", 0, "state"] == "not_scheduled")
    #expect(object["sums", 0, "since"] == 1_795_299_757)
    #expect(object["sums", 0, "amount"] == .number("16055091.45"))
    #expect(object["sums", 1, "amount"] == -385)
    #expect(object["sums", 1, "name"] == .null)
    #expect(object["none"] == .array([]))
  }

  @Test("CSV is read back as it was meant, with the table's name in each record")
  func csv() throws {
    var reader = CSVReader(Array(try Self.sample().csv.utf8))
    var records: [[String]] = []
    while let record = try reader.next() { records.append(record.fields) }
    #expect(
      records == [
        ["table", "name", "state", "day", "count", "id", "since", "amount"],
        [
          "sums", Self.hostile, "not scheduled", "2026-11-07", "12345", "12345", "2026-11-21 22:22",
          "16055091.45",
        ],
        ["sums", "", "", "", "", "", "", "-385"],
      ])
  }

  @Test(
    "a spreadsheet takes no name for a formula",
    arguments: [
      ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"),
      ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
      ("-2+3", "'-2+3"), ("+49 (30) 123-4/5", "+49 (30) 123-4/5"), ("Ann = Bob", "Ann = Bob"),
      ("-12", "-12"),
    ])
  func formula(name: String, field: String) throws {
    var reader = CSVReader(Array(try Self.sample(name: name).csv.utf8))
    _ = try reader.next()
    #expect(try reader.next()?.fields[1] == field)
  }

  @Test("a page has no script, fetches nothing, and shows names as what they are")
  func page() throws {
    let page = String(decoding: try Self.sample().bytes(.html), as: UTF8.self)
    #expect(!page.contains("<script"))
    #expect(!page.contains("Sums of <money>"))
    #expect(
      page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Söhne&quot; &#39;x&#39;"))
    #expect(page.contains("default-src 'none'"))
    // The name of the SVG namespace is no address that anybody asks.
    let links = page.replacing("http://www.w3.org/2000/svg", with: "")
    for word in ["http:", "https:", "src=", "url(", "@import", "<link", "<img"] {
      #expect(!links.contains(word), "\(word)")
    }
    #expect(page.components(separatedBy: "<svg").count == 3)
    #expect(page.contains("<desc>current: 16,055,091.45; "))
    #expect(page.contains(">16.0M</text>"))
    #expect(page.contains("<p class=\"none\">nothing</p>"))
  }

  @Test("what people are not shown is told, and programs get all of it")
  func shown() throws {
    var report = try Self.sample(name: "Ann")
    report.tables[0].rows += Array(repeating: report.tables[0].rows[0], count: 1_300)
    report.tables[0].shown = 2
    report.tables[0].more = "billrun hold list"
    #expect(report.text.hasSuffix("\nand 1,300 more: billrun hold list\n"))
    #expect(report.text.split(separator: "\n").count == 6)
    #expect(String(decoding: report.bytes(.html), as: UTF8.self).contains("and 1,300 more"))
    #expect(try JSON(report.json)["sums"]?.elements.count == 1_302)
    #expect(report.csv.split(separator: "\r\n").count == 1_303)
  }

  @Test("bars below zero hang from the line, and amounts of any size are drawn")
  func chart() throws {
    let svg = ReportChart(
      "x", .columns, currency: "eur", digits: 2,
      [("a", Int128(Int64.max) * 4), ("b", -Int128(Int64.max)), ("c", 0)]
    ).svg
    #expect(svg.contains("class=\"bar below\""))
    #expect(svg.contains(">368P</text>"))
    // Of 130 units 104 are above and 26 below.
    #expect(svg.contains("y=\"22\" width=\"64\" height=\"104\""))
    #expect(svg.contains("y=\"126\" width=\"64\" height=\"26\""))
  }
}
