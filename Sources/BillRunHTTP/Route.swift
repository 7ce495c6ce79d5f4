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
  let handler: Handler

  init(
    _ method: Method, _ path: String, _ scope: APIKey.Scope,
    _ handler: @escaping Handler
  ) {
    self.method = method
    self.path = path
    self.scope = scope
    self.handler = handler
  }

  /// The parameters of a path that this one's fits; nil where it does not.
  func parameters(of segments: [Substring]) -> [String: String]? {
    let own = path.split(separator: "/")
    guard own.count == segments.count else { return nil }
    var parameters: [String: String] = [:]
    for (mine, theirs) in zip(own, segments) {
      if mine.hasPrefix(":") {
        guard let value = FormText.decode(theirs) else { return nil }
        parameters[String(mine.dropFirst())] = value
      } else if mine != theirs {
        return nil
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

  /// Nothing: it is done.
  static let done = Answer(status: 204)
}
