// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

extension PostgresTests {
  @Suite struct MigrationTests {
    @Test(
      "only the first line takes a migration out of its transaction",
      arguments: [
        ("-- no transaction\nselect 1", true), ("-- no transaction: an index\nselect 1", true),
        ("select 1", false), ("select 1\n-- no transaction", false), ("", false),
      ])
    func firstLine(_ sql: String, _ expected: Bool) {
      #expect(Migration(number: 1, name: "m", sql: sql).isOutsideTransaction == expected)
    }
  }
}
