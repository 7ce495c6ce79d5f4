// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

extension PostgresTests {
  @Suite struct MigrationErrorTests {
    @Test("every error is one line and has a hint")
    func texts() {
      let errors: [MigrationError] = [
        .missing, .tooOld(pending: 2), .tooNew(number: 9), .changed(number: 3, name: "m0003"),
        .busy,
      ]
      for error in errors {
        #expect(!error.description.isEmpty && !error.description.contains("\n"))
        #expect(!error.hint.isEmpty)
      }
      #expect(Set(errors.map(\.description)).count == errors.count)
    }
  }
}
