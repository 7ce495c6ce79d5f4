// SPDX-License-Identifier: Apache-2.0
import BillRun
import Testing

struct ExitStatusTests {
  @Test("where several apply, the first of 70, 78, 77, 69, 74, 75, 65 counts")
  func precedence() {
    let order: [Int32] = [70, 78, 77, 69, 74, 75, 65, 0]
    for (index, number) in order.enumerated() {
      let rest = order[index...].reversed().compactMap(BillRun.ExitStatus.init(rawValue:))
      #expect(BillRun.ExitStatus.worst(of: rest).rawValue == number)
    }
    #expect(BillRun.ExitStatus.worst(of: []) == .ok)
  }

  @Test("every status has a place in the order", arguments: BillRun.ExitStatus.allCases)
  func everyStatus(_ status: BillRun.ExitStatus) {
    #expect(BillRun.ExitStatus.worst(of: [.ok, status]) == status)
  }
}
