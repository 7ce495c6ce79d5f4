// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

extension PostgresTests {
  @Suite struct RowTests {
    @Test("a column is found by its index and by its name")
    func columns() async throws {
      let connection = try await Server.connect()
      let probe = Statement(
        name: "probe",
        text: """
          select true as a, 2::smallint as b, 3 as c, 4::bigint as d, 'x' as e, 1.5 as f,
            null::text as g, '{1}'::bigint[] as h, '{0.5}'::numeric[] as i
          """)
      let row = try await connection.query(probe, [])[0]
      #expect(row.index == 0)
      try #expect(row.bool("a") && row.bool(0))
      try #expect(row.int16("b") == 2 && row.int16(1) == 2)
      try #expect(row.int32("c") == 3 && row.int32(2) == 3)
      try #expect(row.int64("d") == 4 && row.optionalInt64(3) == 4)
      try #expect(row.string("e") == "x" && row.withText("e") { $0.count } == 1)
      try #expect(row.numeric("f", scale: 2) == 150 && row.optionalNumeric(5, scale: 1) == 15)
      try #expect(row.isNull("g") && row.optionalString("g") == nil)
      try #expect(row.int64Array("h") == [1])
      try #expect(row.numericArray("i", scale: 1) == [5])
      #expect {
        try row.int64("z")
      } throws: {
        ($0 as? RowError)?.column == "z"
      }
    }
  }
}
