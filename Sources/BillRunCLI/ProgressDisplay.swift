// SPDX-License-Identifier: Apache-2.0
import BillRun

/// Shows on standard error how far a run is: a line that rewrites itself on a terminal, else one
/// line a minute.
struct ProgressDisplay {
  private let progress: RunProgress
  private let started = ContinuousClock.now

  init(_ progress: RunProgress) { self.progress = progress }

  /// Shows progress while a body works.
  func show<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws
    -> Value
  {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        await tell()
        return nil
      }
      defer { if Output.isStoryOnTerminal { Output.story("\r\u{1B}[K") } }
      while let value = try await group.next() {
        guard let value else { continue }
        group.cancelAll()
        return value
      }
      throw CancellationError()
    }
  }

  private func tell() async {
    let terminal = Output.isStoryOnTerminal
    while !Task.isCancelled {
      do { try await Task.sleep(for: terminal ? .milliseconds(250) : .seconds(60)) } catch {
        return
      }
      if terminal { Output.story("\r\u{1B}[K" + line) } else { Output.note(line) }
    }
  }

  /// Accounts done, rate and time left.
  private var line: String {
    let (accounts, invoices, population) = progress.now
    let seconds = max(1, (ContinuousClock.now - started).components.seconds)
    let rate = Int64(accounts) / seconds
    let left = rate > 0 ? Int64(population - accounts) / rate : 0
    return
      "billing \(accounts) of \(population) accounts, \(invoices) invoices, "
      + "\(rate)/s, \(left) s left"
  }
}
