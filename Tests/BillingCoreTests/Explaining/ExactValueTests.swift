// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct ExactValueTests {
  @Test(
    "a value is shown in full, or its first places",
    arguments: [
      ("60", "1", 16, 31, "30.967741935…"), ("10", "1.55", 16, 31, "8"),
      ("0.000123", "81500", 1, 1, "10.0245"), ("-1", "10", 1, 3, "-3.333333333…"),
      ("0.000001", "0.000001", 1, 1, "0.000000000001"),
      ("0.000000000001", "0.5", 1, 1, "0.000000000…"), ("0", "-3", 1, 7, "0"),
    ] as [(String, String, Int64, Int64, String)])
  func text(left: String, right: String, above: Int64, below: Int64, text: String) throws {
    let ratio = try #require(Ratio(above, below))
    #expect(ExactValue(.number(left), times: .number(right), per: ratio).text == text)
  }

  @Test("it is rounded as billing rounds it, and mirrored")
  func rounding() throws {
    let days = try #require(Ratio(Int64(16), Int64(31)))
    let value = ExactValue(.number("60"), per: days)
    #expect(try value.rounded(in: .usd, .halfUp) == .of("30.97"))
    #expect(try value.negated().rounded(in: .usd, .down) == .of("-30.96"))
    #expect(value.decimal == nil && value.negated().text == "-30.967741935…")
    #expect(ExactValue(.of("1.50"), per: .one).decimal == .number("1.5"))
  }
}
