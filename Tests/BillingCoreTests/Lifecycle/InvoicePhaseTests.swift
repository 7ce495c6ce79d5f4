// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite struct InvoicePhaseTests {
  private func phase(
    _ state: InvoicePhase.State, number: Bool = true, owed: Int64 = 100, settled: Int64 = 0,
    live: Bool = false
  ) -> InvoicePhase {
    InvoicePhase(state, hasNumber: number, owed: owed, settled: settled, hasLiveAttempt: live)
  }

  @Test("each state, number, settlement and live attempt has its phase (RULES 6)")
  func phases() {
    #expect(phase(.draft, number: false) == .draft)
    #expect(phase(.draft) == .unposted)
    #expect(phase(.open) == .open)
    #expect(phase(.open, settled: 1) == .partlySettled)
    #expect(phase(.open, settled: 100) == .paid)
    #expect(phase(.open, owed: 0) == .paid)
    #expect(phase(.open, live: true) == .charging)
    #expect(phase(.open, settled: 40, live: true) == .charging)
    #expect(phase(.writtenOff, settled: 100) == .badDebt)
    for state in [InvoicePhase.State.voided, .canceled, .reversed] {
      #expect(phase(state) == .ended)
    }
  }
}
