// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct ExplanationTests {
  private func step(_ result: Explanation.Value, stored: Explanation.Value?) -> Explanation.Step {
    Explanation.Step(
      label: "amount", rule: .perUnit, formula: "1 × 1", exact: nil, rounding: nil, result: result,
      stored: stored)
  }

  @Test("a step is a mismatch where the document says something else")
  func mismatch() {
    let one = Explanation.Value.money(.of("1.00"))
    let steps = [
      step(one, stored: one), step(one, stored: nil), step(one, stored: .money(.of("1.01"))),
      step(.day(nil), stored: .day(.on("2026-03-01"))),
    ]
    #expect(steps.map(\.isMismatch) == [false, false, true, true])
    let explanation = Explanation(parts: [
      .init(kind: .line, number: 1, facts: [], steps: steps),
      .init(kind: .totals, number: nil, facts: [], steps: [steps[2]]),
    ])
    #expect(explanation.mismatches == 3)
  }

  @Test("values read as people write them")
  func values() {
    let values: [Explanation.Value] = [
      .money(.of("-0.50")), .number(.number("0.5161")), .day(.on("2026-03-01")), .day(nil),
    ]
    #expect(values.map(\.description) == ["-0.50", "0.5161", "2026-03-01", "none"])
    #expect(RoundingMode.allCases.map(\.words) == ["half up", "half even", "up", "down"])
  }
}
