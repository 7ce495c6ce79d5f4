// SPDX-License-Identifier: Apache-2.0
import CCurl

/// curl's multi handle with the transfers under way.
///
/// Sendable is safe: only the queue that owns it calls it, but for `wakeUp`, which curl allows from
/// any thread.
// The queue that owns it is what keeps calls apart.
@safe final class TransferLoop: @unchecked Sendable {
  private let multi: UnsafeMutableRawPointer?
  private var active: [UnsafeMutableRawPointer: any CurlTransfer] = unsafe [:]
  /// Handles that are done, to be used again.
  private var spare: [UnsafeMutableRawPointer] = unsafe []

  /// curl wants to be set up once in a process.
  private static let isReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

  /// How many connections are kept open between transfers.
  private static let keptConnections = 512

  init() {
    unsafe multi = Self.isReady ? curl_multi_init() : nil
    unsafe billrun_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.keptConnections)
  }

  deinit {
    while let handle = unsafe spare.popLast() { unsafe curl_easy_cleanup(handle) }
    unsafe curl_multi_cleanup(multi)
  }

  /// Whether no transfer is under way.
  var isIdle: Bool { unsafe active.isEmpty }

  /// Ends the wait of `step`, from any thread.
  func wakeUp() { unsafe curl_multi_wakeup(multi) }

  /// Begins a transfer.
  func add(_ transfer: any CurlTransfer) {
    guard let handle = unsafe spare.popLast() ?? curl_easy_init() else {
      return transfer.fail("curl gives no handle")
    }
    guard unsafe transfer.prepare(handle), unsafe curl_multi_add_handle(multi, handle) == CURLM_OK
    else {
      unsafe release(handle)
      return transfer.fail("the request cannot be made")
    }
    unsafe active[handle] = transfer
  }

  /// Moves all transfers on as far as they get, ends those that are done, and waits for more.
  func step() {
    var running: Int32 = 0
    unsafe curl_multi_perform(multi, &running)
    var isDone = false
    var left: Int32 = 0
    while let message = unsafe curl_multi_info_read(multi, &left) {
      guard unsafe message.pointee.msg == CURLMSG_DONE,
        let handle = unsafe message.pointee.easy_handle
      else { continue }
      isDone = true
      unsafe finish(handle, billrun_curl_message_result(message))
    }
    // Who waited for those that ended may have the next ones ready.
    if !isDone && !isIdle { unsafe curl_multi_poll(multi, nil, 0, 1000, nil) }
  }

  private func finish(_ handle: UnsafeMutableRawPointer, _ code: CURLcode) {
    guard let transfer = unsafe active.removeValue(forKey: handle) else { return }
    let tell = unsafe transfer.ending(of: handle, code)
    unsafe curl_multi_remove_handle(multi, handle)
    unsafe release(handle)
    tell()
  }

  /// Forgets what a handle was set to, keys and passwords included.
  private func release(_ handle: UnsafeMutableRawPointer) {
    unsafe curl_easy_reset(handle)
    unsafe spare.append(handle)
  }
}
