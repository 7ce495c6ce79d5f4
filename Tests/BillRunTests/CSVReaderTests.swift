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
      Row(text: "a,\"b", records: [["a", "b"]], lines: [1]),
      Row(text: "", records: [], lines: []),
    ])
  func records(row: Row) {
    var reader = CSVReader(Array(row.text.utf8))
    var records: [CSVReader.Record] = []
    while let record = reader.next() { records.append(record) }
    #expect(records.map(\.fields) == row.records)
    #expect(records.map(\.line) == row.lines)
  }
}
