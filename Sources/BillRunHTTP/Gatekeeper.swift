// SPDX-License-Identifier: Apache-2.0
import BillRun
import FoundationEssentials

/// Finds out who asks, and for which books.
struct Gatekeeper {
  let books: [String: Book]

  /// Whom a header lets in: `Basic` with the key as user, or `Bearer` with a key or a token.
  ///
  /// Throws the same error whatever is wrong: who guesses learns nothing of it.
  func admit(_ authorization: String?) async throws -> (Book, Caller) {
    guard let credential = authorization.flatMap(Self.credential),
      let book = books[credential.schema],
      let caller = try await book.caller(of: credential)
    else { throw Self.unknown }
    return (book, caller)
  }

  /// A token for a client's id and secret (RFC 6749, 4.4).
  func token(for body: JSONTree, minutes: Int) async throws -> Answer {
    let known = ["grant_type", "client_id", "client_secret"]
    if let other = body.fields.first(where: { !known.contains($0.name) }) {
      throw APIError.wrong(
        String(other.name.prefix(100)), "a token takes \(known.joined(separator: ", ")), no more")
    }
    guard body["grant_type"]?.plain == "client_credentials" else {
      throw APIError(
        400, "grant_unsupported", "grant_type is client_credentials", field: "grant_type")
    }
    guard let client = body["client_id"]?.plain, let secret = body["client_secret"]?.plain
    else { throw Self.unknown }
    let seconds = Int64(minutes) * 60
    // A client's id does not say of which books it is: its length is given.
    for book in books.values {
      let found = try await book.write { connection in
        try Caller.find(client: client, secret: secret, on: connection)
          .map { ($0, try $0.token(seconds: seconds, on: connection)) }
      }
      if let (caller, token) = found { return Self.granted(token, to: caller, seconds) }
    }
    throw Self.unknown
  }

  private static func granted(
    _ token: Credential, to caller: Caller, _ seconds: Int64
  ) -> Answer {
    var writer = JSONWriter()
    writer.object {
      $0.field("access_token", token.exposed)
      $0.field("token_type", "bearer")
      $0.field("expires_in", seconds)
      $0.field("scope", caller.scopes.map(\.rawValue).sorted().joined(separator: " "))
      $0.field("jti", caller.name)
    }
    return .json(writer.text)
  }

  private static let unknown: APIError = {
    var error = APIError(401, "key_unknown", "no key in force was given")
    error.headers = [("WWW-Authenticate", "Basic realm=\"billrun\"")]
    return error
  }()

  private static func credential(_ header: String) -> Credential? {
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    switch parts[0].lowercased() {
    case "bearer": return Credential(String(parts[1]))
    case "basic":
      guard let bytes = Data(base64Encoded: String(parts[1])) else { return nil }
      return Credential(String(String(decoding: bytes, as: UTF8.self).prefix { $0 != ":" }))
    default: return nil
    }
  }
}
