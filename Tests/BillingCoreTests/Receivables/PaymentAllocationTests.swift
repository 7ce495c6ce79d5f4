// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite struct PaymentAllocationTests {
  private typealias Payable = PaymentAllocation.Payable
  private typealias Part = PaymentAllocation.Part

  private func split(
    _ amount: Int64, _ invoices: [(Payable, Int64?)], small: Int64 = 0
  ) -> PaymentAllocation {
    PaymentAllocation(
      of: amount, among: invoices.map { (payable: $0.0, limit: $0.1) }, smallDifference: small)
  }

  @Test("the first gets all it owes, the last that gets anything a part")
  func inOrder() {
    let three =
      [(Payable(id: 1, balance: 50), nil as Int64?), (Payable(id: 2, balance: 0), nil)]
      + [(Payable(id: 3, balance: 70), nil)]
    let split = split(80, three)
    #expect(split.parts == [Part(invoice: 1, amount: 50), Part(invoice: 3, amount: 30)])
    #expect(split.rest == 0)
    #expect(self.split(130, three).rest == 10)
  }

  @Test("a limit keeps money from an invoice, and what it owes less becomes credit")
  func limits() {
    let split = split(100, [(Payable(id: 1, balance: 50), 20), (Payable(id: 2, balance: 30), 60)])
    #expect(split.parts == [Part(invoice: 1, amount: 20), Part(invoice: 2, amount: 30)])
    #expect(split.rest == 50)
  }

  @Test(
    "an early discount is granted from what it leaves to pay on",
    arguments: [(97, 97, 0, 0), (98, 98, 2, 0), (99, 98, 2, 1), (100, 98, 2, 2)])
  func early(amount: Int64, paid: Int64, discount: Int64, rest: Int64) {
    let split = split(amount, [(Payable(id: 1, balance: 100, earlyDiscount: 2), nil)])
    #expect(split.parts == [Part(invoice: 1, amount: paid, earlyDiscount: discount)])
    #expect(split.rest == rest)
  }

  @Test("a small difference is given up where money goes, up to its limit")
  func small() {
    let invoice = (Payable(id: 1, balance: 100), nil as Int64?)
    #expect(split(99, [invoice], small: 1).parts[0].smallDifference == 1)
    #expect(split(98, [invoice], small: 1).parts[0].smallDifference == 0)
    #expect(split(100, [invoice], small: 1).parts == [Part(invoice: 1, amount: 100)])
    let two = [invoice, (Payable(id: 2, balance: 1), nil)]
    #expect(split(100, two, small: 1).parts.count == 1)
  }

  @Test("parts and rest sum to the payment, and none exceeds its balance", arguments: 0..<200)
  func sums(seed: Int64) {
    var state = UInt64(bitPattern: seed &* 6_364_136_223_846_793_005 &+ 1)
    func next(_ bound: UInt64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64((state >> 33) % bound)
    }
    let invoices = (0..<5).map { id in
      (
        Payable(id: Int64(id), balance: next(100), earlyDiscount: next(5)),
        next(2) == 0 ? nil : next(80)
      )
    }
    let amount = next(300)
    let split = split(amount, invoices, small: next(3))
    #expect(split.parts.reduce(split.rest) { $0 + $1.amount } == amount)
    for part in split.parts {
      #expect(part.settled <= invoices[Int(part.invoice)].0.balance)
      #expect(part.amount >= 0 && part.earlyDiscount >= 0 && part.smallDifference >= 0)
    }
  }
}
