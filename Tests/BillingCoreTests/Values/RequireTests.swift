// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite("require") struct RequireTests {
  @Test("goes on where the condition holds, and does not make the message")
  func holds() {
    var wasMade = false
    func message() -> String {
      wasMade = true
      return "never"
    }
    require(true, message())
    #expect(!wasMade)
  }

  @Test("ends the program with the message where it does not hold")
  func traps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      require(false, "a state that cannot be")
    }
    let printed = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(printed.contains("a state that cannot be"))
  }
}
