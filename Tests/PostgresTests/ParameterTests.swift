// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

/// A parameter, what PostgreSQL's `pg_typeof` calls it, and how it prints it.
struct ParameterCase: CustomTestStringConvertible, Sendable {
  let parameter: Parameter
  let type: String
  let text: String?

  init(_ parameter: Parameter, _ type: String, _ text: String?) {
    self.parameter = parameter
    self.type = type
    self.text = text
  }

  var testDescription: String { "\(type) \(text ?? "null")" }
}

extension PostgresTests {
  @Suite struct ParameterTests {
    static let cases: [ParameterCase] = [
      .init(true, "boolean", "true"),
      .init(.bool(false), "boolean", "false"),
      .init(.bool(nil), "boolean", nil),
      .init(.int16(.min), "smallint", "-32768"),
      .init(.int16(nil), "smallint", nil),
      .init(.int32(.max), "integer", "2147483647"),
      .init(.int32(nil), "integer", nil),
      .init(.int64(.min), "bigint", "-9223372036854775808"),
      .init(42, "bigint", "42"),
      .init(.int64(nil), "bigint", nil),
      .init(.numeric(coefficient: -4900, scale: 2), "numeric", "-49"),
      .init(.numeric(coefficient: 4905, scale: 2), "numeric", "49.05"),
      .init(.numeric(coefficient: nil, scale: 2), "numeric", nil),
      .init(.date(daysSince2000: 0), "date", "2000-01-01"),
      .init(.date(daysSince2000: -1), "date", "1999-12-31"),
      .init(.date(daysSince2000: 9831), "date", "2026-12-01"),
      .init(.date(daysSince2000: nil), "date", nil),
      .init(
        .timestamptz(microseconds: 1), "timestamp with time zone", "2000-01-01 00:00:00.000001+00"),
      .init(
        .timestamptz(unixSeconds: 951_782_400), "timestamp with time zone", "2000-02-29 00:00:00+00"
      ),
      .init(.timestamptz(microseconds: nil), "timestamp with time zone", nil),
      .init("naïve – 日本 🧾", "text", "naïve – 日本 🧾"),
      .init("", "text", ""),
      .init(.string(nil), "text", nil),
      .init(nil, "text", nil),
      .init(.jsonb(#"{"b": 1,"a":"é"}"#), "jsonb", #"{"a": "é", "b": 1}"#),
      .init(.jsonb(nil), "jsonb", nil),
      .init(.bytea([0, 255, 16]), "bytea", #"\x00ff10"#),
      .init(.bytea([]), "bytea", #"\x"#),
      .init(.bytea(nil), "bytea", nil),
      .init(.boolArray([true, nil, false]), "boolean[]", "{t,NULL,f}"),
      .init(.int16Array([1, -1]), "smallint[]", "{1,-1}"),
      .init(.int32Array([1, nil]), "integer[]", "{1,NULL}"),
      .init(.int64Array([]), "bigint[]", "{}"),
      .init(.int64Array([.max, nil, 0]), "bigint[]", "{9223372036854775807,NULL,0}"),
      .init(
        .numericArray(coefficients: [150, nil, -1], scale: 2), "numeric[]", "{1.5,NULL,-0.01}"),
      .init(.dateArray(daysSince2000: [0, nil]), "date[]", "{2000-01-01,NULL}"),
      .init(.stringArray(["a", "b,c", "", nil]), "text[]", #"{a,"b,c","",NULL}"#),
      .init(.byteaArray([[1], nil, []]), "bytea[]", #"{"\\x01",NULL,"\\x"}"#),
    ]

    @Test("each parameter arrives as its type and with its value", arguments: cases)
    func arrives(_ example: ParameterCase) async throws {
      let connection = try await Server.connect()
      let echo = Statement(
        name: "echo", text: "select pg_typeof(p)::text, p::text from (select $1 as p) as given")
      let row = try await connection.query(echo, [example.parameter])[0]
      try #expect(row.string(0) == example.type)
      try #expect(row.optionalString(1) == example.text)
    }

    @Test("a text is whatever type the statement takes it for")
    func textForms() async throws {
      let connection = try await Server.connect()
      let cast = Statement(name: "cast", text: "select $1::date, $2::bigint, $3::numeric")
      let row = try await connection.query(cast, ["2000-01-02", "12", "1.5"])[0]
      try #expect(row.date(0) == 1)
      try #expect(row.int64(1) == 12)
      try #expect(row.numeric(2, scale: 1) == 15)
    }

    @Test("arrays feed unnest, column by column")
    func unnest() async throws {
      let connection = try await Server.connect()
      let pairs = Statement(
        name: "pairs", text: "select a, b from unnest($1, $2) as pair (a, b) order by a")
      let rows = try await connection.query(
        pairs, [.int64Array([2, 1]), .stringArray(["two", nil])])
      try #expect(rows.map { try $0.int64(0) } == [1, 2])
      try #expect(rows.map { try $0.optionalString(1) } == [nil, "two"])
    }
  }
}
