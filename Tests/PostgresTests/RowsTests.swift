// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

extension PostgresTests {
  @Suite struct RowsTests {
    private func rows(_ text: String) async throws -> Rows {
      try await Server.connect().query(Statement(name: "probe", text: text), [])
    }

    @Test("rows outlive their connection")
    func outlive() async throws {
      let rows = try await rows("select n, n::text from generate_series(1, 3) as n")
      #expect(rows.count == 3)
      #expect(rows.columnNames == ["n", "n"])
      try #expect(rows.map { try $0.string(1) } == ["1", "2", "3"])
    }

    @Test("integers widen, and never narrow")
    func widening() async throws {
      let rows = try await rows("select 1::smallint, -2::integer, 3::bigint")
      try #expect(rows.int64(0, 0) == 1)
      try #expect(rows.int64(0, 1) == -2)
      try #expect(rows.int64(0, 2) == 3)
      try #expect(rows.int32(0, 0) == 1)
      #expect(throws: RowError.self) { try rows.int32(0, 2) }
      #expect(throws: RowError.self) { try rows.int16(0, 1) }
    }

    @Test("a null is nil for the optional readers, and an error for the others")
    func nulls() async throws {
      let rows = try await rows(
        """
        select null::boolean, null::smallint, null::integer, null::bigint, null::date,
          null::timestamptz, null::text, null::bytea, null::numeric, null::jsonb, null::bigint[]
        """)
      try #expect((0..<11).allSatisfy { try rows.isNull(0, $0) })
      try #expect(rows.optionalBool(0, 0) == nil)
      try #expect(rows.optionalInt16(0, 1) == nil)
      try #expect(rows.optionalInt32(0, 2) == nil)
      try #expect(rows.optionalInt64(0, 3) == nil)
      try #expect(rows.optionalDate(0, 4) == nil)
      try #expect(rows.optionalTimestamptz(0, 5) == nil)
      try #expect(rows.optionalString(0, 6) == nil)
      try #expect(rows.optionalBytes(0, 7) == nil)
      try #expect(rows.optionalNumeric(0, 8, scale: 2) == nil)
      try #expect(rows.optionalString(0, 9) == nil)
      try #expect(rows.optionalInt64Array(0, 10) == nil)
      try #expect(!rows.text(0, 6, equals: ""))
      #expect(throws: RowError.self) { try rows.int64(0, 3) }
      #expect(throws: RowError.self) { try rows.withText(0, 6) { _ in } }
    }

    @Test("a wrong type names statement, row and column")
    func wrongType() async throws {
      let rows = try await rows("select 1 as amount_minor union all select 2")
      #expect {
        try rows.string(1, 0)
      } throws: {
        let text = "\($0)"
        return text.hasPrefix("probe, row 1, column amount_minor: ")
      }
    }

    @Test("rows and columns that do not exist are errors")
    func outside() async throws {
      let rows = try await rows("select 1::bigint")
      for (row, column) in [(0, 1), (0, -1), (1, 0), (-1, 0)] {
        #expect(throws: RowError.self) { try rows.int64(row, column) }
        #expect(throws: RowError.self) { try rows.isNull(row, column) }
      }
      #expect(throws: RowError.self) { try rows.column("nothing") }
    }

    @Test("texts of all kinds are read, and compared without making a String")
    func texts() async throws {
      let rows = try await rows(
        "select 'é'::text, 'ab'::varchar, 'EUR'::char(3), '{\"a\":1}'::json, '[1]'::jsonb, ''")
      try #expect(rows.string(0, 0) == "é")
      try #expect(rows.string(0, 1) == "ab")
      try #expect(rows.string(0, 2) == "EUR")
      try #expect(rows.string(0, 3) == "{\"a\":1}")
      try #expect(rows.string(0, 4) == "[1]")
      try #expect(rows.string(0, 5).isEmpty)
      try #expect(rows.text(0, 2, equals: "EUR"))
      try #expect(!rows.text(0, 2, equals: "EU"))
      try #expect(rows.withText(0, 0) { [$0[0], $0[1]] } == [0xC3, 0xA9])
      try #expect(rows.withText(0, 4) { $0.count } == 3)
    }

    @Test("moments, days, truth and bytes are read")
    func otherTypes() async throws {
      let rows = try await rows(
        """
        select timestamptz '2000-01-01 00:00:01+00', date '2026-12-01', true, false,
          '\\x00ff'::bytea
        """)
      try #expect(rows.timestamptz(0, 0) == 1_000_000)
      try #expect(rows.date(0, 1) == 9831)
      try #expect(rows.bool(0, 2))
      try #expect(!rows.bool(0, 3))
      try #expect(rows.bytes(0, 4) == [0, 255])
    }

    @Test("arrays are read; a null or a second dimension in one is an error")
    func arrays() async throws {
      let rows = try await rows(
        """
        select '{1,-1}'::smallint[], '{2}'::integer[], '{}'::bigint[], '{2000-01-02}'::date[],
          '{a,"",é}'::text[], '{1.5,-2}'::numeric[], '{1,null}'::bigint[], '{{1},{2}}'::bigint[],
          '{EUR}'::char(3)[]
        """)
      try #expect(rows.int16Array(0, 0) == [1, -1])
      try #expect(rows.int32Array(0, 1) == [2])
      try #expect(rows.int64Array(0, 2) == [])
      try #expect(rows.dateArray(0, 3) == [1])
      try #expect(rows.stringArray(0, 4) == ["a", "", "é"])
      try #expect(rows.numericArray(0, 5, scale: 1) == [15, -20])
      #expect(throws: RowError.self) { try rows.int64Array(0, 6) }
      #expect(throws: RowError.self) { try rows.int64Array(0, 7) }
      #expect(throws: RowError.self) { try rows.int64Array(0, 0) }
      try #expect(rows.stringArray(0, 8) == ["EUR"])
    }
  }
}
