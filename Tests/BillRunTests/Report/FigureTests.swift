// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillRun

@Suite struct FigureTests {
  @Test(
    "digits stand in groups of three",
    arguments: [
      (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (-1000, "-1,000"), (123_456, "123,456"),
      (Int64.max, "9,223,372,036,854,775,807"), (Int64.min, "-9,223,372,036,854,775,808"),
    ])
  func count(value: Int64, text: String) { #expect(Figure.count(value) == text) }

  @Test(
    "an amount has all its digits",
    arguments: [
      (0, 2, "0.00"), (5, 2, "0.05"), (-5, 2, "-0.05"), (1_605_509_145, 2, "16,055,091.45"),
      (1000, 0, "1,000"), (1, 3, "0.001"), (-123_456, 3, "-123.456"),
      (Int64.min, 2, "-92,233,720,368,547,758.08"),
    ])
  func amount(minor: Int64, digits: Int, text: String) {
    #expect(Figure.amount(minor: minor, digits: digits) == text)
  }

  @Test("one thing has no plural")
  func counted() {
    #expect(Figure.counted(0, "day") == "0 days")
    #expect(Figure.counted(1, "day") == "1 day")
    #expect(Figure.counted(1200, "day") == "1,200 days")
  }
}
