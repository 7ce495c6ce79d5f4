// SPDX-License-Identifier: Apache-2.0
import CCurl

/// An address that may be spoken to: `https`, or `http` on this machine.
public struct HTTPAddress: Hashable, Sendable {
  /// The address as it was given, without a slash at its end.
  public let text: String
  /// Whether it is this machine's own.
  public let isLoopback: Bool

  /// Reads an address by curl's own rules, so that what is checked is what is connected to.
  ///
  /// Nil for another scheme, for `http` to another machine, and for one with a user or a password.
  public init?(_ text: String) {
    guard let url = unsafe curl_url() else { return nil }
    defer { unsafe curl_url_cleanup(url) }
    // Without flags a scheme is needed, and only schemes that curl knows are taken.
    guard unsafe curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK,
      let scheme = unsafe Self.part(CURLUPART_SCHEME, of: url),
      let host = unsafe Self.part(CURLUPART_HOST, of: url),
      unsafe Self.part(CURLUPART_USER, of: url) == nil,
      unsafe Self.part(CURLUPART_PASSWORD, of: url) == nil
    else { return nil }
    isLoopback = Self.isLoopback(host)
    guard scheme == "https" || (scheme == "http" && isLoopback) else { return nil }
    self.text = text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  /// Whether a host is this machine; curl resolves `localhost` to nothing else.
  static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "[::1]" { return true }
    // curl has made `127.1` and the like a plain address of four numbers.
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil } && numbers[0] == "127"
  }

  static func part(_ part: CURLUPart, of url: OpaquePointer) -> String? {
    var text: UnsafeMutablePointer<CChar>? = nil
    guard unsafe curl_url_get(url, part, &text, 0) == CURLUE_OK, let text = unsafe text else {
      return nil
    }
    defer { unsafe curl_free(text) }
    return unsafe String(cString: text)
  }
}
