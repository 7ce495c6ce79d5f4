// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Transport

/// The calls to Stripe's API: form in, JSON out, within the rate limit.
struct StripeAPI: Sendable {
  private let base: HTTPAddress
  private let key: Secret
  private let limit: RateLimit
  private let timeout: Duration
  private let client: HTTPClient

  /// The version whose answers are understood; without it, it would be the account's.
  private static let version = "2024-06-20"

  init(base: HTTPAddress, key: Secret, perSecond: Int, timeout: Duration) {
    self.base = base
    self.key = key
    limit = RateLimit(perSecond: perSecond)
    self.timeout = timeout
    client = HTTPClient()
  }

  /// Sends a form, once for one idempotency key.
  func post(
    _ path: String, _ fields: [(name: String, value: String)], idempotencyKey: String
  ) async throws(HTTPFailure) -> HTTPResponse {
    let headers = [
      "Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": idempotencyKey,
    ]
    return try await send(
      .post, path, headers: headers, body: Array(FormBody.text(fields).utf8))
  }

  /// Reads something.
  func get(
    _ path: String, _ fields: [(name: String, value: String)] = []
  ) async throws(HTTPFailure) -> HTTPResponse {
    let query = fields.isEmpty ? "" : "?" + FormBody.text(fields)
    return try await send(.get, path + query, headers: [:], body: [])
  }

  private func send(
    _ method: HTTPRequest.Method, _ path: String, headers: [String: String], body: [UInt8]
  ) async throws(HTTPFailure) -> HTTPResponse {
    do {
      try await limit.take()
    } catch {
      throw HTTPFailure(wasSent: false, reason: "stopped before it was sent")
    }
    let request = HTTPRequest(
      method, base.text + path,
      headers: headers.merging(["Stripe-Version": Self.version]) { $1 },
      authorization: Secret("Bearer \(key.exposed)"), body: body,
      connectTimeout: min(.seconds(10), timeout), timeout: timeout)
    return try await client.send(request)
  }
}

extension HTTPResponse {
  /// The body read as JSON; nil when it is anything else.
  func json<Value: Decodable>(_ type: Value.Type) -> Value? {
    try? JSONDecoder().decode(type, from: Data(body))
  }

  /// The error that the body tells; nil when it tells none.
  var stripeError: StripeError? { json(StripeRefusal.self)?.error }

  /// Whether this is the answer to an earlier request with the same key.
  var isReplayed: Bool { headers["idempotent-replayed"] == "true" }

  /// After how many seconds to ask again, where the server said it; at most a day.
  var retryAfter: Int32? {
    headers["retry-after"].flatMap { Int32($0) }.map { min(max(0, $0), 86_400) }
  }
}
