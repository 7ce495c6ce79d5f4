// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Postgres

extension PostgresTests {
  @Suite struct CopyBufferTests {
    /// The bytes after the 19 of the header.
    private func bytes(_ write: (inout CopyBuffer) -> Void) -> [UInt8] {
      var buffer = CopyBuffer(capacity: 1)
      write(&buffer)
      return unsafe buffer.withBytes { unsafe Array($0.dropFirst(19)) }
    }

    @Test("the format is the server's, byte by byte")
    func layout() {
      #expect(bytes { $0.beginRow(fields: 258) } == [1, 2])
      #expect(bytes { $0.null() } == [255, 255, 255, 255])
      #expect(bytes { $0.int2(-2) } == [0, 0, 0, 2, 255, 254])
      #expect(bytes { $0.int4(258) } == [0, 0, 0, 4, 0, 0, 1, 2])
      #expect(bytes { $0.int8(-1) } == [0, 0, 0, 8] + Array(repeating: 255, count: 8))
      #expect(bytes { $0.bool(true) } == [0, 0, 0, 1, 1])
      #expect(bytes { $0.text("é") } == [0, 0, 0, 2, 0xC3, 0xA9])
      #expect(bytes { $0.text("") } == [0, 0, 0, 0])
      #expect(bytes { $0.text(utf8: "ab") } == [0, 0, 0, 2, 97, 98])
      #expect(bytes { $0.text(utf8: [97, 98].span) } == [0, 0, 0, 2, 97, 98])
      #expect(bytes { $0.jsonb("1") } == [0, 0, 0, 2, 1, 49])
      #expect(bytes { $0.finish() } == [255, 255])
    }

    @Test("a nil of any type is NULL")
    func nulls() {
      let null: [UInt8] = [255, 255, 255, 255]
      #expect(bytes { $0.int2(nil) } == null)
      #expect(bytes { $0.int4(nil) } == null)
      #expect(bytes { $0.int8(nil) } == null)
      #expect(bytes { $0.bool(nil) } == null)
      #expect(bytes { $0.date(daysSince2000: nil) } == null)
      #expect(bytes { $0.timestamptz(microseconds: nil) } == null)
      #expect(bytes { $0.text(nil) } == null)
      #expect(bytes { $0.bytes(nil) } == null)
      #expect(bytes { $0.jsonb(nil) } == null)
      #expect(bytes { $0.numeric(coefficient: nil, scale: 2) } == null)
      #expect(bytes { $0.int2Array(nil) } == null)
      #expect(bytes { $0.int4Array(nil) } == null)
      #expect(bytes { $0.int8Array(nil) } == null)
    }

    @Test("growing keeps what was written, and reset keeps nothing")
    func grows() {
      var buffer = CopyBuffer(capacity: 1)
      for number in 0..<10_000 {
        buffer.beginRow(fields: 1)
        buffer.int4(Int32(number))
      }
      #expect(buffer.rowCount == 10_000)
      #expect(buffer.byteCount == 19 + 10_000 * 10)
      let last = unsafe buffer.withBytes { unsafe Array($0.suffix(10)) }
      #expect(last == [0, 1, 0, 0, 0, 4, 0, 0, 0x27, 0x0F])
      buffer.reset()
      #expect(buffer.rowCount == 0)
      #expect(buffer.byteCount == 19)
    }

    @Test("a buffer is complete when finished, with as many fields in each row as it began with")
    func complete() {
      func isComplete(_ fields: Int16, _ write: (inout CopyBuffer) -> Void) -> Bool {
        var buffer = CopyBuffer()
        buffer.beginRow(fields: fields)
        write(&buffer)
        buffer.finish()
        buffer.finish()
        return buffer.isComplete
      }
      #expect(isComplete(0) { _ in })
      #expect(
        isComplete(2) {
          $0.int8(1); $0.int8Array([1, 2, 3])
        })
      #expect(
        isComplete(2) {
          $0.numeric(coefficient: 1, scale: 0); $0.jsonb("{}")
        })
      #expect(!isComplete(2) { $0.int8(1) })
      #expect(
        !isComplete(2) {
          $0.int8(1); $0.null(); $0.text("")
        })
      #expect(
        !isComplete(1) {
          $0.null(); $0.finish(); $0.beginRow(fields: 1); $0.null()
        })
    }

    @Test("each type arrives in a table as it was written")
    func roundTrip() async throws {
      let table = """
        create table t (
          a smallint, b integer, c bigint, d boolean, e date, f timestamptz, g text, h char(3),
          i numeric, j smallint[], k bigint[], l bytea, m jsonb, n integer[])
        """
      try await Server.withSchema(table) { connection in
        try await connection.transaction { connection in
          var buffer = CopyBuffer()
          buffer.beginRow(fields: 14)
          buffer.int2(-7)
          buffer.int4(.min)
          buffer.int8(.max)
          buffer.bool(true)
          buffer.date(daysSince2000: 9831)
          buffer.timestamptz(microseconds: -1)
          buffer.text("naïve 🧾")
          buffer.text(utf8: "EUR")
          buffer.numeric(coefficient: 123, scale: 6)
          buffer.int2Array([1, -1])
          buffer.int8Array([])
          buffer.bytes([0, 1])
          buffer.jsonb(#"{"a":[1]}"#)
          buffer.int4Array([.max, 0])
          try connection.copyIn("copy t from stdin binary", &buffer)
        }
        let all = Statement(name: "all", text: "select t::text from t")
        try await #expect(
          connection.query(all, []).string(0, 0) == #"""
            (-7,-2147483648,9223372036854775807,t,2026-12-01,"1999-12-31 23:59:59.999999+00",\#
            "naïve 🧾",EUR,0.000123,"{1,-1}",{},"\\x0001","{""a"": [1]}","{2147483647,0}")
            """#)
      }
    }
  }
}
