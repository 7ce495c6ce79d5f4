// SPDX-License-Identifier: Apache-2.0
import CCurl
import Dispatch
import Synchronization

/// Something on its way over curl: set up once, told of its end once.
///
/// All but `fail` is called on the queue of the loop that it runs in.
protocol CurlTransfer: AnyObject, Sendable {
  /// Sets a handle to what is wanted; false when something of it cannot be set.
  func prepare(_ handle: UnsafeMutableRawPointer) -> Bool

  /// Ends what was never begun.
  func fail(_ reason: String)

  /// Reads from a handle what became of it, and gives the closure that tells who waits.
  func ending(of handle: UnsafeMutableRawPointer, _ code: CURLcode) -> @Sendable () -> Void
}

/// Many transfers at the same time on one thread, which is held only while there are some.
final class TransferQueue: Sendable {
  private struct Inbox {
    var waiting: [any CurlTransfer] = []
    var isRunning = false
  }

  private let queue: DispatchQueue
  private let inbox = Mutex(Inbox())
  private let loop = TransferLoop()

  init(label: String) { queue = DispatchQueue(label: label) }

  /// Begins a transfer, from any thread.
  func submit(_ transfer: any CurlTransfer) {
    let isRunning = inbox.withLock { inbox in
      inbox.waiting.append(transfer)
      defer { inbox.isRunning = true }
      return inbox.isRunning
    }
    if isRunning { loop.wakeUp() } else { queue.async { self.run() } }
  }

  /// Works until no transfer is left.
  private func run() {
    while true {
      let new: [any CurlTransfer]? = inbox.withLock { inbox in
        if inbox.waiting.isEmpty && loop.isIdle {
          inbox.isRunning = false
          return nil
        }
        defer { inbox.waiting = [] }
        return inbox.waiting
      }
      guard let new else { return }
      for transfer in new { loop.add(transfer) }
      loop.step()
    }
  }
}
