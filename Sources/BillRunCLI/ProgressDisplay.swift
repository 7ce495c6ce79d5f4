// SPDX-License-Identifier: Apache-2.0
import BillRun

/// Shows on standard error how far a run is: a bar that redraws itself on a terminal, else one line
/// a minute.
///
/// Where results go down a pipe and the terminal may be a pager's, nothing is shown.
struct ProgressDisplay {
  /// How it is shown.
  private enum Way {
    case bar, lines, nothing
  }

  private let progress: RunProgress
  private let started = ContinuousClock.now
  private let way: Way

  init(_ progress: RunProgress) {
    self.progress = progress
    way = !Output.isStoryOnTerminal ? .lines : Output.isResultOnPipe ? .nothing : .bar
  }

  /// Shows progress while a body works.
  func show<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws
    -> Value
  {
    if way == .nothing { return try await body() }
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        await tell()
        return nil
      }
      defer { if way == .bar { Output.story("\r\u{1B}[K") } }
      while let value = try await group.next() {
        guard let value else { continue }
        group.cancelAll()
        return value
      }
      throw CancellationError()
    }
  }

  private func tell() async {
    while !Task.isCancelled {
      do {
        try await Task.sleep(for: way == .bar ? .milliseconds(250) : .seconds(60))
      } catch { return }
      let line = ProgressLine(progress.now, after: ContinuousClock.now - started)
      if way == .bar {
        Output.story("\r\u{1B}[K" + line.bar(width: Output.terminalWidth))
      } else {
        Output.note(line.text)
      }
    }
  }
}
