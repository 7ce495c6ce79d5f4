// SPDX-License-Identifier: Apache-2.0
import BillRun

/// Why a request is refused, as somebody outside may know it.
struct APIError: Error, Sendable {
  /// The status of HTTP.
  let status: Int
  /// A stable word, as `invoice_not_found`.
  let code: String
  /// One line.
  var message: String
  /// The field or parameter that is wrong; nil for none.
  var field: String?
  /// Headers that go with it.
  var headers: [(name: String, value: String)] = []

  init(_ status: Int, _ code: String, _ message: String, field: String? = nil) {
    self.status = status
    self.code = code
    self.message = message
    self.field = field
  }

  /// Something of a request that cannot be read.
  static func wrong(_ field: String?, _ message: String) -> APIError {
    APIError(400, "parameter_wrong", message, field: field)
  }

  /// A name that may stand once.
  static func twice(_ name: String) -> APIError {
    wrong(String(name.prefix(100)), "\(name.prefix(100)) stands there twice")
  }

  /// Puts any error into what somebody outside may know: neither statements nor addresses.
  init(describing error: any Error) {
    if let error = error as? APIError {
      self = error
      return
    }
    let error = BillRunError(describing: error)
    self.init(Self.status(of: error), error.code, error.message, field: error.field)
    if [409, 503].contains(status), !["known_already", "idempotency_key_reused"].contains(code) {
      headers = [("Retry-After", code == "request_under_way" ? "30" : "5")]
    }
    guard status >= 500, !code.hasSuffix("_gateway_down") else { return }
    let words = status == 503 ? "the books cannot be reached" : "something went wrong here"
    let again = headers
    self.init(status, error.code, "\(words), the server's log tells what")
    headers = again
  }

  /// A refusal with its field by the name that the caller has for it, `names` has ours first, and
  /// its words by those of HTTP; what went wrong here stays as it is, for the log.
  static func renamed(
    _ error: any Error, _ names: [String: String], words: [String: String] = [:]
  ) -> any Error {
    var refusal = APIError(describing: error)
    if refusal.status >= 500 { return error }
    for (ours, theirs) in words { refusal.message.replace(ours, with: theirs) }
    if let field = refusal.field, !field.isEmpty {
      let head = String(field.prefix { $0 != "." })
      refusal.field = names[head].map { $0 + field.dropFirst(head.count) } ?? field
    }
    if refusal.field?.isEmpty == true { refusal.field = nil }
    return refusal
  }

  private static func status(of error: BillRunError) -> Int {
    if error.code.hasSuffix("_not_found") { return 404 }
    if error.code.hasSuffix("_refused_scope") { return 403 }
    if ["_source_busy", "_refused_known"].contains(where: error.code.hasSuffix) { return 409 }
    if ["known_already", "idempotency_key_reused"].contains(error.code) { return 409 }
    if error.code == "login_refused" || error.code.hasSuffix("_gateway_down") { return 503 }
    return switch error.status {
    case .usage, .dataError, .ok: 400
    case .tryAgain: 409
    case .unavailable, .configuration: 503
    case .noPermission, .ioError, .software: 500
    }
  }

  /// The answer in the manner of a route.
  func answer(as dialect: Route.Dialect) -> Answer {
    var writer = JSONWriter()
    switch dialect {
    case .invoiced: writeInvoiced(to: &writer)
    case .zuora: writeZuora(to: &writer)
    }
    return Answer(status: status, headers: headers, body: writer.text)
  }

  private func writeInvoiced(to writer: inout JSONWriter) {
    let type =
      switch status {
      case 401: "authentication_error"
      case 403: "permission_error"
      case 429: "rate_limit_error"
      case 500...: "api_error"
      default: "invalid_request"
      }
    writer.object {
      $0.field("type", type)
      $0.field("message", message)
      if let field { $0.field("param", field) }
      $0.field("code", code)
    }
  }

  /// Zuora's codes end in two digits that say of which kind the trouble is.
  private func writeZuora(to writer: inout JSONWriter) {
    let category =
      switch status {
      case 401: 11
      case 403: 10
      case 404: 40
      case 409: 50
      case 429: 70
      case 503: 61
      case 500...: 60
      case 400 where code == "body_malformed": 90
      case 400 where field != nil: 20
      default: 30
      }
    writer.object {
      $0.field("success", false)
      $0.field(
        "reasons", objects: [self]
      ) { writer, error in
        writer.field("code", 50_000_000 + category)
        writer.field("message", error.message)
        if let field = error.field { writer.field("field", field) }
      }
      $0.field("code", code)
    }
  }
}
