// SPDX-License-Identifier: Apache-2.0
import CCurl

/// One request on its way, with what has come of its answer.
///
/// Sendable is safe: whoever makes it hands it over to the client's queue, and only curl's calls
/// from there touch it afterwards.
// The client's queue is what keeps calls apart.
@safe final class Transfer: CurlTransfer, @unchecked Sendable {
  private let request: HTTPRequest
  private let isLoopback: Bool
  private let maxBytes: Int
  private let answer: @Sendable (Result<HTTPResponse, HTTPFailure>) -> Void
  private var list: UnsafeMutablePointer<curl_slist>?
  private var body: [UInt8] = []
  private var headers: [String: String] = [:]
  private var headerBytes = 0
  private var isTooLarge = false
  /// Whether the empty line after the headers has come.
  private var hasAllHeaders = false

  private static let maxHeaderBytes = 64 << 10

  init(
    _ request: HTTPRequest, isLoopback: Bool, maxBytes: Int,
    answer: @escaping @Sendable (Result<HTTPResponse, HTTPFailure>) -> Void
  ) {
    self.request = request
    self.isLoopback = isLoopback
    self.maxBytes = maxBytes
    self.answer = answer
    unsafe list = nil
  }

  deinit { unsafe curl_slist_free_all(list) }

  /// Ends a transfer that was never begun.
  func fail(_ reason: String) { answer(.failure(HTTPFailure(wasSent: false, reason: reason))) }

  func ending(
    of handle: UnsafeMutableRawPointer, _ code: CURLcode
  ) -> @Sendable () -> Void {
    let (result, answer) = (unsafe result(of: handle, code), answer)
    return { answer(result) }
  }

  /// Sets a handle to the request; false when something of it cannot be set.
  func prepare(_ handle: UnsafeMutableRawPointer) -> Bool {
    let isLimited = unsafe setLimits(handle)
    let isFilled = unsafe setContents(handle)
    let isHeard = unsafe setSinks(handle)
    return isLimited && isFilled && isHeard
  }

  private func setLimits(_ handle: UnsafeMutableRawPointer) -> Bool {
    let values: [(CURLoption, Int)] = [
      (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_SSL_VERIFYPEER, 1),
      (CURLOPT_SSL_VERIFYHOST, 2), (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
      (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
      (CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.milliseconds),
      (CURLOPT_TIMEOUT_MS, request.timeout.milliseconds),
    ]
    let texts = [
      (CURLOPT_PROTOCOLS_STR, isLoopback ? "http,https" : "https"),
      (CURLOPT_NOPROXY, isLoopback ? "*" : "localhost"), (CURLOPT_USERAGENT, "billrun"),
      (CURLOPT_URL, request.url),
    ]
    for (option, value) in values
    where unsafe billrun_curl_set_long(handle, option, value) != CURLE_OK { return false }
    for (option, text) in texts
    where unsafe billrun_curl_set_text(handle, option, text) != CURLE_OK { return false }
    return true
  }

  private func setContents(_ handle: UnsafeMutableRawPointer) -> Bool {
    var lines = request.headers.map { "\($0): \($1)" }
    if let authorization = request.authorization {
      lines.append("Authorization: \(authorization.exposed)")
    }
    for line in lines {
      // A line feed would begin a header of its own.
      guard line.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }),
        let longer = unsafe curl_slist_append(list, line)
      else { return false }
      unsafe list = unsafe longer
    }
    guard unsafe billrun_curl_set_list(handle, CURLOPT_HTTPHEADER, list) == CURLE_OK else {
      return false
    }
    return unsafe request.method == .get || setBody(handle)
  }

  private func setBody(_ handle: UnsafeMutableRawPointer) -> Bool {
    // With no pointer at all curl would wait for a body that comes later.
    var copied = request.body.isEmpty ? [0] : request.body
    guard unsafe billrun_curl_set_long(handle, CURLOPT_POST, 1) == CURLE_OK,
      unsafe billrun_curl_set_long(handle, CURLOPT_POSTFIELDSIZE, request.body.count) == CURLE_OK
    else { return false }
    return unsafe copied.withUnsafeMutableBytes {
      unsafe billrun_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) == CURLE_OK
    }
  }

  private func setSinks(_ handle: UnsafeMutableRawPointer) -> Bool {
    let owner = unsafe Unmanaged.passUnretained(self).toOpaque()
    let results = unsafe [
      billrun_curl_set_sink(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, owner in
        unsafe Transfer.of(owner)?
          .take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
      },
      billrun_curl_set_sink(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, owner in
        unsafe Transfer.of(owner)?
          .takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
      },
      billrun_curl_set_pointer(handle, CURLOPT_WRITEDATA, owner),
      billrun_curl_set_pointer(handle, CURLOPT_HEADERDATA, owner),
    ]
    return results.allSatisfy { $0 == CURLE_OK }
  }

  private static func of(_ owner: UnsafeMutableRawPointer?) -> Transfer? {
    unsafe owner.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }
}

extension Transfer {
  /// Keeps a piece of the body; any other count than that of the piece ends the transfer.
  private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard body.count + bytes.count <= maxBytes else {
      isTooLarge = true
      return 0
    }
    unsafe body.append(contentsOf: bytes)
    return bytes.count
  }

  /// Keeps a header; a status line begins a new answer, as after `100 Continue`.
  private func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
    headerBytes += bytes.count
    guard headerBytes <= Self.maxHeaderBytes else {
      isTooLarge = true
      return 0
    }
    let line = unsafe String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      headers = [:]
      hasAllHeaders = false
    } else if line == "\r\n" || line == "\n" {
      hasAllHeaders = true
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      let end = value.lastIndex { !$0.isWhitespace }
      headers[line[..<colon].lowercased()] = end.map { String(value[...$0]) } ?? ""
    }
    return bytes.count
  }

  /// What became of the transfer when curl has ended it.
  private func result(
    of handle: UnsafeMutableRawPointer, _ code: CURLcode
  ) -> Result<HTTPResponse, HTTPFailure> {
    // curl takes the end of a connection within the headers for the end of the answer.
    if code == CURLE_OK && !hasAllHeaders {
      return .failure(HTTPFailure(wasSent: true, reason: "the answer broke off"))
    }
    if code == CURLE_OK {
      var status = 0
      unsafe billrun_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
      return .success(HTTPResponse(status: status, headers: headers, body: body))
    }
    // Bytes of a request that was sent again count, too. What is not known to come before the
    // first byte counts as sent.
    var sentBytes = 1
    unsafe billrun_curl_get_long(handle, CURLINFO_REQUEST_SIZE, &sentBytes)
    let wasSent = sentBytes > 0 || !Self.beforeSending.contains(code.rawValue)
    let reason =
      isTooLarge ? "the answer is too large" : unsafe String(cString: curl_easy_strerror(code))
    return .failure(HTTPFailure(wasSent: wasSent, reason: reason))
  }

  /// What can go wrong before a request is sent; a time-out only when no byte was.
  private static let beforeSending = Set(
    [
      CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_COULDNT_RESOLVE_PROXY,
      CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR,
      CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_OPERATION_TIMEDOUT, CURLE_PROXY,
    ].map(\.rawValue))
}

extension Duration {
  /// The whole milliseconds, at least one: curl takes none for no limit.
  var milliseconds: Int {
    let (seconds, attoseconds) = components
    return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
  }
}
