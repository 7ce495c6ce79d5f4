// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

@Suite("Money, allocated") struct MoneyAllocationTests {
  let usd: Currency

  init() throws { usd = try #require(Currency(code: "usd")) }

  @Test(
    "goes by the largest remainder, ties to the lower index",
    arguments: [
      (100, [1, 1, 1], [34, 33, 33]),
      (5, [3, 7], [2, 3]),
      (1, [1, 1], [1, 0]),
      (1, [1, 2], [0, 1]),
      (100, [30, 20, 40, 40], [23, 15, 31, 31]),
      (100, [0, 0, 1], [0, 0, 100]),
      (100, [0, 0, 0], [100, 0, 0]),
      (0, [1, 2, 3], [0, 0, 0]),
      (7, [5], [7]),
      (.max, [.max - 1, 1], [.max - 1, 1]),
    ] as [(Int64, [Int64], [Int64])])
  func table(minor: Int64, weights: [Int64], expected: [Int64]) throws {
    let money = Money(minor: minor, currency: usd)
    #expect(try money.allocated(by: weights).map(\.minor) == expected)
    #expect(try money.negated().allocated(by: weights).map(\.minor) == expected.map { -$0 })
  }

  @Test("the parts sum to the whole (invariant 2), each near its share", arguments: 0..<200)
  func sumsToTheWhole(seed: Int) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<50 {
      let count = Int.random(in: 1...12, using: &random)
      let weights = (0..<count).map { _ in Int64(random.magnitude(ofBits: 0...59)) }
      let minor = Int64(random.magnitude(ofBits: 0...63)) * (Bool.random(using: &random) ? 1 : -1)
      let parts = try Money(minor: minor, currency: usd).allocated(by: weights)
      #expect(parts.count == count)
      #expect(parts.reduce(0 as Int128) { $0 + Int128($1.minor) } == Int128(minor))
      let total = Natural(weights.reduce(0) { $0 + UInt128($1) })
      guard Natural(0) < total else { continue }
      for (part, weight) in zip(parts, weights) {
        let share = Natural(UInt128(minor.magnitude)) * Natural(UInt128(weight))
        #expect(Natural(UInt128(part.minor.magnitude)) * total < share + total)
        #expect(share < Natural(UInt128(part.minor.magnitude) + 1) * total)
        #expect(part.isZero || part.isNegative == (minor < 0))
      }
    }
  }

  @Test("nothing is split into no parts, and weights that don't fit throw")
  func edges() throws {
    #expect(try Money.zero(usd).allocated(by: []).isEmpty)
    #expect(throws: MoneyError.overflow) {
      try Money(minor: 1, currency: usd).allocated(by: [.max, 1])
    }
  }

  @Test("a weight below zero is a bug, and so is an amount without parts")
  func bugs() async {
    await #expect(processExitsWith: .failure) {
      guard let usd = Currency(code: "usd") else { return }
      _ = try Money(minor: 1, currency: usd).allocated(by: [1, -1])
    }
    await #expect(processExitsWith: .failure) {
      guard let usd = Currency(code: "usd") else { return }
      _ = try Money(minor: 1, currency: usd).allocated(by: [])
    }
  }

  /// What other systems do with the units that are left, by mode.
  static let otherModes = [
    "FloorToFirst": "left units go to the first parts, whatever their remainders",
    "FloorToLargestRatio": "left units go to the largest weights",
    "FloorSeparate": "left units are a part of their own",
    "BlockSeparate": "left units are a part of their own",
    "Separate": "left units are a part of their own",
    "RubyMoney": "the left amount by the left weights, from the last part to the first",
  ]

  // The folder of published cases is not part of every clone.
  @Test("the published cases", .enabled(if: SharedFolder.path != nil, "no shared folder"))
  func publishedCases() throws {
    var checked = 0
    var skipped: [String: Int] = [:]
    for example in try SharedCase.read("money.json") where example.kind == "money_allocation" {
      let mode = example["mode"]
      var reason = Self.otherModes[mode]
      if reason == nil, example.inputs["cash_step_minor_units"] != nil {
        reason = "steps of cash are rounded after allocation, never allocated"
      }
      if let reason {
        skipped[reason, default: 0] += 1
        continue
      }
      #expect(["FloorToLargestRemainder", "moneyphp", "ToFirst"].contains(mode), "\(example.id)")
      let currency = try #require(Currency(code: example["currency"]))
      let money = try #require(Money(major: example["amount"], currency: currency))
      var weights = example.inputs["ratios"]?.texts.compactMap { Int64($0) } ?? []
      if let parts = example.inputs["parts"]?.number {
        weights = Array(repeating: 1, count: parts)
      }
      let parts = try money.allocated(by: weights).map(\.majorText)
      if let shares = example.expected["shares"] {
        #expect(parts == shares.texts, "\(example.id)")
      } else {
        #expect(parts == ["0.01", "0.00"], "\(example.id) leaves out shares of zero")
      }
      checked += 1
    }
    #expect(checked == 8)
    #expect(
      skipped == [
        "left units go to the first parts, whatever their remainders": 6,
        "left units go to the largest weights": 3, "left units are a part of their own": 7,
        "the left amount by the left weights, from the last part to the first": 3,
        "steps of cash are rounded after allocation, never allocated": 1,
      ])
  }
}
