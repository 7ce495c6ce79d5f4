// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

extension PostgresTests {
  @Suite struct ConnectionCopyTests {
    private struct Stop: Error {}

    private static let table = "create table t (a bigint constraint t_pk primary key, b text)"
    private static let total = Statement(
      name: "total", text: "select count(*), coalesce(sum(a), 0)::bigint, count(b) from t")
    private static let binary = "copy t (a, b) from stdin binary"

    @Test("200,000 rows arrive by binary copy")
    func bulk() async throws {
      try await Server.withSchema(Self.table) { connection in
        let sent = try await connection.transaction { connection in
          var buffer = CopyBuffer(capacity: 1)
          for number in 0..<200_000 as Range<Int64> {
            buffer.beginRow(fields: 2)
            buffer.int8(number)
            buffer.text(number % 2 == 0 ? nil : "row \(number) é")
          }
          #expect(buffer.rowCount == 200_000)
          return try connection.copyIn(Self.binary, &buffer)
        }
        #expect(sent == 200_000)
        let row = try await connection.query(Self.total, [])[0]
        try #expect(row.int64(0) == 200_000)
        try #expect(row.int64(1) == 199_999 * 100_000)
        try #expect(row.int64(2) == 100_000)
      }
    }

    @Test("a reset buffer is sent again with other rows")
    func again() async throws {
      try await Server.withSchema(Self.table) { connection in
        try await connection.transaction { connection in
          var buffer = CopyBuffer()
          for number in 1...3 as ClosedRange<Int64> {
            buffer.reset()
            buffer.beginRow(fields: 2)
            buffer.int8(number)
            buffer.text(utf8: "constant")
            try #expect(connection.copyIn(Self.binary, &buffer) == 1)
          }
          try #expect(connection.query(Self.total, []).int64(0, 1) == 6)
        }
      }
    }

    @Test("a row with the wrong number of fields is refused before anything is sent")
    func wrongRow() async throws {
      try await Server.withSchema(Self.table) { connection in
        for fields in [1, 3] as [Int16] {
          await #expect {
            try await connection.transaction { connection in
              var buffer = CopyBuffer()
              buffer.beginRow(fields: fields)
              buffer.int8(1)
              buffer.null()
              buffer.beginRow(fields: 2)
              buffer.int8(2)
              buffer.null()
              try connection.copyIn(Self.binary, &buffer)
            }
          } throws: {
            ($0 as? PostgresError)?.sqlState == "22P04"
          }
        }
        try await #expect(connection.query(Self.total, []).int64(0, 0) == 0)
      }
    }

    @Test("a duplicate names its constraint, undoes the copy and leaves the connection usable")
    func duplicate() async throws {
      try await Server.withSchema(Self.table) { connection in
        await #expect {
          try await connection.transaction { connection in
            var buffer = CopyBuffer()
            for number in 0..<50_000 as Range<Int64> {
              buffer.beginRow(fields: 2)
              buffer.int8(number == 17 ? 16 : number)
              buffer.null()
            }
            try connection.copyIn("-- Takes rows.\n\(Self.binary)", &buffer)
          }
        } throws: {
          let error = $0 as? PostgresError
          return error?.isUniqueViolation == true && error?.constraint == "t_pk"
            && error?.statement == "copy t"
        }
        try await #expect(connection.query(Self.total, []).int64(0, 0) == 0)
      }
    }

    @Test("text arrives in pieces that end anywhere")
    func text() async throws {
      try await Server.withSchema(Self.table) { connection in
        let lines = Array("1,one\n2,\"zwei, drei é\"\n3,\n".utf8)
        let sent = try await connection.transaction { connection in
          var rest = lines[...]
          return try connection.copyIn(text: "copy t from stdin (format csv)") {
            guard let byte = rest.popFirst() else { return nil }
            return [byte]
          }
        }
        #expect(sent == 3)
        let all = Statement(name: "all", text: "select b from t order by a")
        let texts = try await connection.query(all, []).map { try $0.optionalString(0) }
        #expect(texts == ["one", "zwei, drei é", nil])
      }
    }

    @Test("when the source of text fails, its error comes out and nothing is copied")
    func sourceFails() async throws {
      try await Server.withSchema(Self.table) { connection in
        await #expect(throws: Stop.self) {
          try await connection.transaction { connection in
            var pieces = 0
            try connection.copyIn(text: "copy t from stdin (format csv)") {
              pieces += 1
              guard pieces < 3 else { throw Stop() }
              return Array("\(pieces),x\n".utf8)
            }
          }
        }
        try await #expect(connection.query(Self.total, []).int64(0, 0) == 0)
      }
    }

    @Test("a wrong line is an error whose context tells the line, and whose text hides the value")
    func wrongLine() async throws {
      try await Server.withSchema(Self.table) { connection in
        var pieces = [Array("1,a\nsecret,b\n".utf8)]
        do {
          try await connection.copyIn(text: "copy t from stdin (format csv)") { pieces.popLast() }
          Issue.record("the line was accepted")
        } catch let error as PostgresError {
          #expect(error.sqlState == "22P02")
          #expect(error.context?.contains("line 2") == true)
          #expect(!error.description.contains("secret"))
        }
      }
    }

    @Test("copyOut lends every row")
    func out() async throws {
      try await Server.withSchema(Self.table) { connection in
        try await connection.run(
          script: "insert into t select n, 'x' from generate_series(1, 999) n")
        let text = try await connection.transaction { connection in
          var bytes: [UInt8] = []
          try unsafe connection.copyOut("copy (select a, b from t order by a) to stdout csv") {
            unsafe bytes.append(contentsOf: $0)
          }
          var count = 0
          try connection.copyOut("copy t to stdout", spans: { _ in count += 1 })
          #expect(count == 999)
          return String(decoding: bytes, as: UTF8.self)
        }
        #expect(text.split(separator: "\n").count == 999)
        #expect(text.hasPrefix("1,x\n2,x\n"))
      }
    }

    @Test("when the body of copyOut throws, the connection stays usable")
    func outStops() async throws {
      let connection = try await Server.connect()
      let copy = "copy (select generate_series(1, 100000000)) to stdout"
      await #expect(throws: Stop.self) {
        try await connection.transaction { try $0.copyOut(copy, spans: { _ in throw Stop() }) }
      }
      let one = Statement(name: "one", text: "select 1")
      try await #expect(connection.query(one, []).int32(0, 0) == 1)
    }

    @Test("a query that is no COPY, or one in the other direction, is refused")
    func noCopy() async throws {
      try await Server.withSchema(Self.table) { connection in
        for sql in ["select 1", "copy t to stdout", "copy nowhere from stdin"] {
          await #expect(throws: PostgresError.self) {
            try await connection.copyIn(text: sql, next: { nil })
          }
          try await #expect(connection.query(Self.total, []).int64(0, 0) == 0)
        }
      }
    }
  }
}
