// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillRun

struct TextTableTests {
  @Test("numbers stand right, names left, and wide letters count twice")
  func columns() {
    var table = TextTable([("customer", .left), ("total", .right), ("note", .left)])
    table.add(["Ärzte GmbH", "9.00", ""])
    table.add(["東京ガス", "12345.60", "held"])
    #expect(
      table.text == """
        customer       total  note
        Ärzte GmbH      9.00
        東京ガス    12345.60  held

        """)
  }

  @Test("a name can neither break a line nor send commands to the terminal")
  func controls() {
    var table = TextTable([("name", .left)])
    table.add(["a\nb\u{1B}[2J\u{9B}c"])
    #expect(table.text == "name\na\u{FFFD}b\u{FFFD}[2J\u{FFFD}c\n")
  }

  @Test(
    "a text's width is that on the terminal",
    arguments: [("abc", 3), ("e\u{301}", 1), ("日本", 4), ("👩‍👩‍👧", 2), ("", 0)])
  func widths(_ text: String, _ width: Int) {
    #expect(TextTable.width(of: text) == width)
  }
}
