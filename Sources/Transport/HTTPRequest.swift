// SPDX-License-Identifier: Apache-2.0

/// One request, whose whole body is known.
public struct HTTPRequest: Sendable {
  /// What is asked for.
  public enum Method: String, Sendable {
    /// Read something.
    case get = "GET"
    /// Send a body.
    case post = "POST"
  }

  /// What is asked for.
  public var method: Method
  /// Where: `https`, or `http` on this machine only.
  public var url: String
  /// Headers by name; the one with the key is `authorization`.
  public var headers: [String: String]
  /// The value of the header `Authorization`.
  public var authorization: Secret?
  /// What is sent; of a POST only.
  public var body: [UInt8]
  /// How long connecting may take, TLS included.
  public var connectTimeout: Duration
  /// How long all of it may take, connecting included.
  public var timeout: Duration

  /// Describes a request.
  public init(
    _ method: Method, _ url: String, headers: [String: String] = [:],
    authorization: Secret? = nil, body: [UInt8] = [], connectTimeout: Duration = .seconds(10),
    timeout: Duration = .seconds(80)
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.authorization = authorization
    self.body = body
    self.connectTimeout = connectTimeout
    self.timeout = timeout
  }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Method and path without what may hold data of customers.
  public var description: String { "\(method.rawValue) \(url.prefix { $0 != "?" })" }

  /// Method and path, as `description`.
  public var debugDescription: String { description }

  /// Shows method and path alone to `dump`.
  public var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}

/// What a server answered, whatever the status.
public struct HTTPResponse: Sendable {
  /// The status: 200, 402, 503.
  public let status: Int
  /// The headers, with their names in lower case; of several of one name the last.
  public let headers: [String: String]
  /// What came, in full.
  public let body: [UInt8]
}

extension HTTPResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The status and how much came.
  public var description: String { "\(status), \(body.count) bytes" }

  /// The status and how much came.
  public var debugDescription: String { description }

  /// Shows neither headers nor body to `dump`.
  public var customMirror: Mirror { Mirror(self, children: ["response": description]) }
}

/// Why there is no answer.
public struct HTTPFailure: Error, Hashable, Sendable {
  /// Whether bytes of the request may have left: if so, nobody knows what the server did.
  public let wasSent: Bool
  /// What went wrong, in one line without data.
  public let reason: String

  /// Names a failure.
  public init(wasSent: Bool, reason: String) {
    self.wasSent = wasSent
    self.reason = reason
  }
}

extension HTTPFailure: CustomStringConvertible {
  /// What went wrong.
  public var description: String { reason }
}
