// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillRun

@Suite struct CSVReaderTests {
  struct Row: CustomTestStringConvertible {
    let text: String
    let records: [[String]]
    let lines: [Int]
    var testDescription: String { text }
  }

  @Test(
    "quotes, line ends and empty lines are read as RFC 4180 says",
    arguments: [
      Row(text: "a,b\n1,2\n", records: [["a", "b"], ["1", "2"]], lines: [1, 2]),
      Row(text: "a,b\r\n\r\n1,\r\n", records: [["a", "b"], ["1", ""]], lines: [1, 3]),
      Row(text: "\"a,\"\"b\"\"\",c", records: [["a,\"b\"", "c"]], lines: [1]),
      Row(text: "\"a\nb\",c\nd,e", records: [["a\nb", "c"], ["d", "e"]], lines: [1, 3]),
      Row(text: "", records: [], lines: []),
    ])
  func records(row: Row) throws {
    var reader = CSVReader(Array(row.text.utf8))
    var records: [CSVReader.Record] = []
    while let record = try reader.next() { records.append(record) }
    #expect(records.map(\.fields) == row.records)
    #expect(records.map(\.line) == row.lines)
  }

  struct FaultRow: CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let fault: CSVReader.Fault
    var testDescription: String { name }
  }

  private static let faultRows: [FaultRow] = [
    FaultRow(
      name: "Latin-1", bytes: Array("id,name\n1,M".utf8) + [0xFC] + Array("ller\n".utf8),
      fault: .notUTF8(line: 2)),
    FaultRow(
      name: "half a character", bytes: Array("id,name\n1,".utf8) + [0xC3],
      fault: .notUTF8(line: 2)),
    FaultRow(
      name: "cut off in quotes", bytes: Array("id,name\n\n1,\"cut\n2,off\n".utf8),
      fault: .openQuote(line: 3)),
    FaultRow(name: "one quote", bytes: Array("\"".utf8), fault: .openQuote(line: 1)),
  ]

  @Test(
    "bytes that are no UTF-8 and quotes that don't close are refused, with the record's line",
    arguments: faultRows)
  func faults(row: FaultRow) {
    var reader = CSVReader(row.bytes)
    #expect(throws: row.fault) { while try reader.next() != nil {} }
  }

  @Test("a header that names a column twice is refused; one without a name may repeat")
  func repeatedColumns() throws {
    let error = #expect(throws: BillRunError.self) {
      try CSVTable(header: ["id", "name", " name"], file: "c.csv")
    }
    #expect(error?.status == .dataError)
    #expect(error?.code == "csv_malformed")
    #expect(error?.message == "c.csv:1: the header names name twice")
    _ = try CSVTable(header: ["id", "name", "", ""], file: "c.csv")
  }
}
