// SPDX-License-Identifier: Apache-2.0
import BillRun
import Testing

struct JSONWriterTests {
  private struct Amount: CustomTestStringConvertible {
    let minor: Int64
    let digits: Int
    let text: String

    init(_ minor: Int64, _ digits: Int, _ text: String) {
      (self.minor, self.digits, self.text) = (minor, digits, text)
    }

    var testDescription: String { "\(minor) with \(digits) digits is \(text)" }
  }

  @Test(
    "an amount is an exact number in major units without zeros at its end",
    arguments: [
      Amount(0, 2, "0"),
      Amount(4500, 2, "45"),
      Amount(385, 2, "3.85"),
      Amount(450, 2, "4.5"),
      Amount(5, 2, "0.05"),
      Amount(-5, 2, "-0.05"),
      Amount(-12_34, 2, "-12.34"),
      Amount(700, 0, "700"),
      Amount(1_001, 3, "1.001"),
      Amount(.max, 2, "92233720368547758.07"),
      Amount(.min, 2, "-92233720368547758.08"),
      Amount(.max, 0, "9223372036854775807"),
    ])
  private func amounts(_ row: Amount) {
    var writer = JSONWriter()
    writer.amount(minor: row.minor, digits: row.digits)
    #expect(writer.text == row.text)
  }

  @Test(
    "zeros at the end of an amount stay where it is told so",
    arguments: [
      Amount(0, 2, "0.00"),
      Amount(4500, 2, "45.00"),
      Amount(-5, 2, "-0.05"),
      Amount(-50, 3, "-0.050"),
      Amount(700, 0, "700"),
      Amount(.min, 4, "-922337203685477.5808"),
    ])
  private func untrimmed(_ row: Amount) {
    var writer = JSONWriter()
    writer.amount(minor: row.minor, digits: row.digits, trimmed: false)
    #expect(writer.text == row.text)
  }

  @Test("an amount may be longer than a machine word")
  func longAmounts() {
    var writer = JSONWriter()
    writer.array {
      $0.amount(minor: Int128.max, digits: 12)
      $0.amount(minor: Int128.min, digits: 12)
      $0.amount(minor: 1_000_000_000_000_000_000_000_000 as Int128, digits: 12)
    }
    #expect(
      writer.text == "[170141183460469231731687303.715884105727,"
        + "-170141183460469231731687303.715884105728,1000000000000]")
  }

  @Test("bytes are written as they are, or as digits")
  func bytes() {
    var writer = JSONWriter()
    writer.array {
      $0.raw(Array(#"{"id":1},2"#.utf8))
      $0.hex([0, 9, 10, 0xAF, 0xFF])
      $0.hex([])
    }
    #expect(writer.text == #"[{"id":1},2,"00090aafff",""]"#)
    writer.reset()
    writer.integer(7)
    #expect(writer.text == "7")
  }

  @Test(
    "a text is escaped where JSON asks for it and nowhere else",
    arguments: [
      ("plain", #""plain""#),
      ("", #""""#),
      (#"a "b" \ c"#, #""a \"b\" \\ c""#),
      ("line\nfeed\ttab\rreturn", #""line\nfeed\ttab\rreturn""#),
      ("\u{1}\u{1F}", #""\u0001\u001f""#),
      ("Ünïcödé 日本 👩‍👩‍👧 / \u{7F}", "\"Ünïcödé 日本 👩‍👩‍👧 / \u{7F}\""),
    ])
  func texts(_ text: String, _ json: String) {
    var writer = JSONWriter()
    writer.string(text)
    #expect(writer.text == json)
  }

  @Test("commas stand between values and nowhere else")
  func commas() {
    var writer = JSONWriter()
    writer.object {
      $0.field("id", 17)
      $0.field("none", nil as String?)
      $0.field("empty", object: { _ in })
      $0.field(
        "list",
        array: {
          $0.integer(-1)
          $0.array { _ in }
          $0.object { $0.field("paid", true) }
          $0.bool(nil)
        })
      $0.field("total", minor: 5885, digits: 2)
      $0.field("left", minor: Int64?.none, digits: 2)
      $0.field("rate", raw: "0.000123")
    }
    #expect(
      writer.text
        == #"{"id":17,"none":null,"empty":{},"list":[-1,[],{"paid":true},null],"#
        + #""total":58.85,"left":null,"rate":0.000123}"#)
  }

  @Test("documents on lines of their own have no comma between them")
  func lines() {
    var writer = JSONWriter()
    for number: Int64 in 1...2 {
      writer.object { $0.field("n", number) }
      writer.endLine()
    }
    #expect(writer.text == "{\"n\":1}\n{\"n\":2}\n")
  }

  @Test("a document that is written in pieces keeps its commas")
  func pieces() {
    var writer = JSONWriter()
    var text = ""
    writer.openArray()
    for number: Int64 in 1...3 {
      writer.integer(number)
      text += writer.text
      writer.removeWritten()
    }
    writer.closeArray()
    #expect(text + writer.text == "[1,2,3]")
  }
}
