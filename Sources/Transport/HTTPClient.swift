// SPDX-License-Identifier: Apache-2.0

/// Sends requests over HTTP/1.1, many at the same time on one thread, and keeps connections open.
///
/// No redirect is followed. A certificate is always verified; the one way to speak without TLS is
/// `http` to this machine. Nothing of a request or an answer is ever logged.
///
/// HTTP/1.1 is what is wanted: a connection that breaks takes one request with it, not all. curl
/// sends a request again by itself when a connection that was kept open turns out to be closed
/// before any byte of an answer, so a POST needs a key that makes the server do it once.
public final class HTTPClient: Sendable {
  private let queue = TransferQueue(label: "transport.http")
  private let maxResponseBytes: Int

  /// Makes a client; an answer that is larger than this counts as one that cannot be read.
  public init(maxResponseBytes: Int = 4 << 20) {
    self.maxResponseBytes = maxResponseBytes
  }

  /// Sends a request and waits for the whole answer, of whatever status.
  ///
  /// What was begun is not called back when the task is canceled: the answer says what the server
  /// did. The time-out bounds it.
  public func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    guard let address = HTTPAddress(request.url) else {
      throw HTTPFailure(
        wasSent: false, reason: "the address is neither https nor http on this machine")
    }
    let result = await withCheckedContinuation { continuation in
      queue.submit(
        Transfer(request, isLoopback: address.isLoopback, maxBytes: maxResponseBytes) {
          continuation.resume(returning: $0)
        })
    }
    return try result.get()
  }
}
