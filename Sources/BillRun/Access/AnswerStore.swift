// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles

/// What was answered to requests with an idempotency key: one effect, and the same answer again.
///
/// The claim stands in the transaction of the effect wherever that is one: whoever comes with the
/// same key meanwhile waits for its end.
public struct AnswerStore: Sendable {
  /// What was answered.
  public struct Answer: Sendable {
    /// The status of HTTP.
    public let status: Int
    /// The body; empty for none.
    public let body: String
  }

  private let key: Int64
  /// What the caller calls the request.
  public let name: String
  private let digest: [UInt8]

  /// Whose name it is, among all keys.
  public var place: String { "\(key) \(name)" }

  /// Makes the place of an answer: whose key, the name of the request, and what was asked.
  public init(caller: Caller, name: String, request: [UInt8]) {
    key = caller.key
    self.name = name
    digest = Credential.sha256(request)
  }

  /// What stands under a name.
  public enum Claim: Sendable {
    /// Nothing: the request is the first.
    case new
    /// A request that a server began, at a moment in microseconds since 2000, and did not end:
    /// nobody knows what came of it.
    case left(Int64)
    /// What was answered.
    case answered(Answer)
  }

  /// Claims the name; returns the answer where there was one.
  ///
  /// `hasEnded` tells that the request before ended without one, and nobody is at it. Throws
  /// `BillRunError` where another request has used the name, or the same is under way.
  public func claim(
    hasEnded: Bool = false, on connection: isolated Connection
  ) throws -> Claim {
    let claimed = try connection.query(
      Statement(SQLFiles.claimAPIAnswer),
      [.int64(key), .string(name), .bytea(digest), .bool(hasEnded)])
    if let row = claimed.first {
      return try row.optionalTimestamptz("left_from").map { .left($0) } ?? .new
    }
    let rows = try connection.query(
      Statement(SQLFiles.showAPIAnswer), [.int64(key), .string(name)])
    guard let row = rows.first else { throw Self.underWay }
    guard Credential.areSame(try row.bytes("request_digest"), digest) else {
      throw BillRunError(
        .dataError, code: "idempotency_key_reused",
        "nothing done, the idempotency key \(name) was used for another request")
    }
    guard let status = try row.optionalInt16("status") else { throw Self.underWay }
    return .answered(Answer(status: Int(status), body: try row.string("body")))
  }

  /// Keeps the answer.
  public func keep(_ answer: Answer, on connection: isolated Connection) throws {
    try connection.execute(
      Statement(SQLFiles.keepAPIAnswer),
      [.int64(key), .string(name), .int32(Int32(answer.status)), .string(answer.body)])
  }

  /// Gives the claim up, where nothing came of the request.
  public func release(on connection: isolated Connection) throws {
    try connection.execute(
      Statement(SQLFiles.releaseAPIAnswer), [.int64(key), .string(name)])
  }

  /// The runs that somebody asked for to bill a customer alone, begun since a moment in
  /// microseconds since 2000: what a request has done that had no answer.
  public static func billRuns(
    ofCustomer customer: Int64, by user: String, since moment: Int64,
    on connection: isolated Connection
  ) throws -> [Int64] {
    try connection.query(
      Statement(SQLFiles.findBillRuns),
      [.int64(customer), .string(user), .timestamptz(microseconds: moment)]
    ).map { try $0.int64("run_id") }
  }

  /// Removes answers after seven days, and tokens that have expired.
  public static func tidy(on connection: isolated Connection) throws {
    try connection.execute(Statement(SQLFiles.removeAPIAnswers), [])
    try connection.execute(Statement(SQLFiles.removeAPITokens), [])
  }

  private static let underWay = BillRunError(
    .tryAgain, code: "request_under_way",
    "nothing done, a request with the same idempotency key is under way")
}

extension AnswerStore.Answer {
  /// Makes an answer of its parts.
  public init(_ status: Int, _ body: String) {
    self.status = status
    self.body = body
  }
}
