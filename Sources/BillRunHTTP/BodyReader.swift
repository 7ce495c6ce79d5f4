// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads the object that the body of a request is, as JSON or as a form.
struct BodyReader {
  /// In bytes.
  let limit: Int
  /// How long all of it may take to come in.
  let seconds: Int

  /// The object; an empty one where there is no body.
  ///
  /// A form is read as the shape says.
  func object(of request: Request, as shape: Shape? = nil) async throws -> JSONTree {
    let bytes = try await bytes(of: request)
    if bytes.isEmpty { return .object([]) }
    if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
      throw APIError(
        415, "type_unsupported", "a body is taken as it is, got '\(encoding.prefix(100))'")
    }
    let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" }.lowercased()
      .filter { $0 != " " }
    switch type {
    case "application/json": return try Self.json(bytes)
    case "application/x-www-form-urlencoded":
      guard let form = String(validating: bytes, as: UTF8.self).flatMap({ FormText($0) }) else {
        throw APIError(400, "body_malformed", "the body is no form")
      }
      if let name = form.repeated { throw APIError.twice(name) }
      guard let tree = form.tree(as: shape) else {
        throw APIError(400, "body_malformed", "the names of the form do not fit together")
      }
      return tree
    default:
      throw APIError(
        415, "type_unsupported",
        "a body is application/json or application/x-www-form-urlencoded, got '\(type.prefix(100))'"
      )
    }
  }

  private static func json(_ bytes: [UInt8]) throws -> JSONTree {
    do throws(JSONTree.Malformed) {
      let tree = try JSONTree(parsing: bytes)
      if case .object = tree { return tree }
    } catch {
      throw APIError(
        400, "body_malformed", "the body is no JSON that is taken, from byte \(error.offset) on")
    }
    throw APIError(400, "body_malformed", "the body is no object")
  }

  private func bytes(of request: Request) async throws -> [UInt8] {
    if let told = request.headers[.contentLength].flatMap(Int.init), told > limit { throw tooLarge }
    return try await withThrowingTaskGroup(of: [UInt8].self) { group in
      group.addTask { try await collect(request.body) }
      group.addTask {
        try await Task.sleep(for: .seconds(seconds))
        throw APIError(408, "body_slow", "the body did not come in within \(seconds) seconds")
      }
      defer { group.cancelAll() }
      return try await group.next() ?? []
    }
  }

  private func collect(_ body: RequestBody) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      for try await buffer in body {
        if bytes.count + buffer.readableBytes > limit { throw tooLarge }
        bytes += buffer.readableBytesView
      }
    } catch let error as APIError {
      throw error
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw APIError(400, "body_broken", "the body ended before its end")
    }
    return bytes
  }

  private var tooLarge: APIError {
    APIError(413, "body_too_large", "a body has at most \(limit >> 10) kilobytes")
  }
}
