// SPDX-License-Identifier: Apache-2.0
import Dispatch

/// A thread beside those that answer: on it pages and PDFs are made, one at a time, so that a long
/// document takes its time from no other request.
final class PrintingQueue: TaskExecutor {
  private let queue = DispatchQueue(label: "printing")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  /// Does work there.
  func callAsFunction<Value: Sendable>(
    _ work: @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withTaskExecutorPreference(self) { try await work() }
  }
}
