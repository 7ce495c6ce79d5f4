// SPDX-License-Identifier: Apache-2.0
import BillRun
import Testing

/// How far a run is, in words and as a bar.
@Suite struct ProgressLineTests {
  @Test("progress fits the line, and leaves out what there is no room for")
  func bar() {
    let line = ProgressLine((1_234, 1_200, 10_000), after: .seconds(10))
    #expect(line.text == "billing 1234 of 10000 accounts, 1200 invoices, 123/s, 1 min 11 s left")
    #expect(
      line.bar(width: 80)
        == "[###.............................]  12 %  1234 of 10000, 123/s, 1 min 11 s left")
    #expect(line.bar(width: 30) == " 12 %  1234 of 10000, 123/s, ")
    for width in 0...200 { #expect(line.bar(width: width).count <= max(0, width - 1)) }
    let begun = ProgressLine((0, 0, 0), after: .zero)
    #expect(begun.bar(width: 60).hasSuffix("]   0 %  0 of 0, 0/s"))
    let done = ProgressLine((10_000, 10_000, 10_000), after: .seconds(7_300))
    #expect(done.bar(width: 100).contains("#] 100 %  10000 of 10000, 1/s, 0 s left"))
    let long = ProgressLine((7_300, 0, 100_000), after: .seconds(7_300))
    #expect(long.text.hasSuffix("1/s, 25 h 45 min left"))
  }
}
