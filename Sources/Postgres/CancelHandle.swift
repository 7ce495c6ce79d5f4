// SPDX-License-Identifier: Apache-2.0
import CLibPQ

/// What libpq needs to ask the server to cancel whatever a session is running.
@safe final class CancelHandle: Sendable {
  // libpq copies what it needs when the handle is made and only reads it afterwards; PQcancel is
  // documented to be callable from any thread, even from a signal handler.
  nonisolated(unsafe) private let handle: OpaquePointer?

  init(of session: OpaquePointer?) { unsafe handle = PQgetCancel(session) }

  deinit { unsafe PQfreeCancel(handle) }

  /// Asks over a connection of its own, and returns when the server has been asked.
  func cancel() {
    var reason = [CChar](repeating: 0, count: 256)
    // A failure means that the server is out of reach, which the statement itself will find out.
    _ = unsafe PQcancel(handle, &reason, Int32(reason.count))
  }
}
