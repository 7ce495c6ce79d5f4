// SPDX-License-Identifier: Apache-2.0
import BillRun

/// One thing that can be asked for: a row of the table of routes.
struct Route: Sendable {
  /// The verbs there are.
  enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  /// Whose manner objects, lists and errors have.
  enum Dialect: Sendable {
    /// Invoiced's, and that of what is nobody's.
    case invoiced
    /// Zuora's.
    case zuora

    /// The manner of what is at a path.
    init(ofPath segments: [Substring]) {
      let isZuora = ["zuora", "v1", "object-query", "oauth"].contains(segments.first ?? "")
      self = isZuora ? .zuora : .invoiced
    }
  }

  /// What is done for it.
  typealias Handler = @Sendable (Call) async throws -> Answer

  let method: Method
  /// Its segments; one that begins with a colon stands for any: `/invoices/:id`.
  let path: String
  /// What a key must open.
  let scope: APIKey.Scope
  /// What is done, in a few words.
  let does: String
  /// The `Shape` of the body, with `?` where each of its fields may be missing; nil for none.
  let takes: String?
  /// The `Shape` of the answer, or `[Shape]`; nil for none.
  let gives: String?
  /// The status of an answer that refuses nothing.
  let status: Int
  /// The parameters that the query may have, by their names in the document.
  let query: [String]
  let handler: Handler

  private let segments: [Substring]

  init(
    _ method: Method, _ path: String, _ scope: APIKey.Scope, _ does: String,
    takes: String? = nil, gives: String? = nil, status: Int? = nil, query: [String] = [],
    _ handler: @escaping Handler
  ) {
    self.method = method
    self.path = path
    self.scope = scope
    self.does = does
    self.takes = takes
    self.gives = gives
    self.status = status ?? (gives == nil ? 204 : 200)
    self.query = query
    self.handler = handler
    segments = path.split(separator: "/")
  }

  /// In whose manner it is.
  var dialect: Dialect { Dialect(ofPath: segments) }

  /// Whether it changes one object, which may be asked to be as it was seen (`If-Match`).
  var isConditional: Bool {
    switch method {
    case .get: false
    case .put, .patch, .delete: true
    case .post: Self.steps.contains(segments.last ?? "")
    }
  }

  /// Whether its answer is an object that has a tag (`ETag`).
  var isTagged: Bool {
    guard let gives else { return false }
    return Self.tagged.contains(gives)
  }

  private static let steps: Set<Substring> = [
    "void", "reverse", "post", "unpost", "cancel", "write-off",
  ]

  private static let tagged: Set<String> = [
    "Invoice", "ZuoraInvoice", "RestInvoice", "Customer", "Item", "Plan", "Coupon", "TaxRate",
    "Subscription",
  ]

  /// The parameters that have others within them, as `filter[status]`.
  static let nested: Set<String> = ["filter", "metadata"]

  /// The parameters of a path that this one's fits; nil where it does not.
  func parameters(of segments: [Substring]) -> [String: String]? {
    let own = self.segments
    guard own.count == segments.count else { return nil }
    for (mine, theirs) in zip(own, segments) where !mine.hasPrefix(":") && mine != theirs {
      return nil
    }
    var parameters: [String: String] = [:]
    for (mine, theirs) in zip(own, segments) {
      if mine.hasPrefix(":") {
        guard let value = FormText.decode(theirs) else { return nil }
        parameters[String(mine.dropFirst())] = value
      }
    }
    return parameters
  }
}

/// What goes back.
struct Answer: Sendable {
  var status = 200
  var headers: [(name: String, value: String)] = []
  var body = ""
  var type = "application/json"
  /// The body where it is no text; nil where it is.
  var bytes: [UInt8]?

  /// A JSON value.
  static func json(_ text: String, status: Int = 200) -> Answer {
    Answer(status: status, body: text)
  }

  /// What tells one state of an object from another, by its text.
  static func tag(of body: String) -> String {
    let digest = Credential.sha256(Array(body.utf8)).prefix(16)
    return "\"" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\""
  }

  /// Whether a header with tags, or with a star for any, names a tag (RFC 9110, 13.1).
  static func names(_ header: String, _ tag: String) -> Bool {
    header == "*" || header.split(separator: ",").contains { $0.filter { $0 != " " } == tag }
  }

  /// Nothing: it is done.
  static let done = Answer(status: 204)
}
