// SPDX-License-Identifier: Apache-2.0
import Dispatch
public import Postgres
import Synchronization

/// What a test throws where a run shall die.
public struct Crash: Error {
  /// Makes one.
  public init() {}
}

/// Says once that its turn has come, from any thread.
public final class Once: Sendable {
  private let left: Mutex<Int>

  /// Counts down to the call that is meant.
  public init(on call: Int = 1) { left = Mutex(call) }

  /// Whether this call is the one.
  public func first() -> Bool {
    left.withLock { left in
      left -= 1
      return left == 0
    }
  }
}

/// Runs asynchronous work beside a run that a fault point holds up, and keeps how it ended.
///
/// A fault point is synchronous and runs on a connection's own queue, so waiting there blocks no
/// shared thread.
public final class Caught: Sendable {
  private let outcome = Mutex<Result<Void, any Error>?>(nil)
  private let ended = DispatchSemaphore(value: 0)

  /// Makes one that has not begun.
  public init() {}

  /// How it failed; nil when it has not.
  public var error: (any Error)? {
    outcome.withLock { outcome in
      if case .failure(let error) = outcome { return error }
      return nil
    }
  }

  /// Begins the work.
  public func start(_ body: @escaping @Sendable () async throws -> Void) {
    Task {
      let result: Result<Void, any Error>
      do {
        result = .success(try await body())
      } catch {
        result = .failure(error)
      }
      self.outcome.withLock { $0 = result }
      self.ended.signal()
    }
  }

  /// Begins the work and waits until it has ended, at most a minute.
  public func wait(_ body: @escaping @Sendable () async throws -> Void) {
    start(body)
    _ = ended.wait(timeout: .now() + 60)
  }

  /// Asks again and again until the answer is yes; throws after half a minute.
  public func untilTrue(_ question: @escaping @Sendable () async throws -> Bool) throws {
    for _ in 0..<300 {
      let answer = Mutex(false)
      let asked = Caught()
      asked.wait {
        let isTrue = try await question()
        answer.withLock { $0 = isTrue }
      }
      if let error = asked.error { throw error }
      if answer.withLock({ $0 }) { return }
      _ = DispatchSemaphore(value: 0).wait(timeout: .now() + 0.1)
    }
    throw Crash()
  }

  /// Waits until work that was started has ended; throws what it threw, or after a minute.
  public func value() async throws {
    for _ in 0..<600 {
      if let outcome = outcome.withLock({ $0 }) { return try outcome.get() }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw Crash()
  }
}

extension Connection {
  /// Waits, in the middle of a transaction, until another one waits for it; throws after ten
  /// seconds.
  public func waitUntilBlocking() throws {
    let blocked = Statement(
      name: "blocked",
      text: """
        select exists (
          select from pg_locks l
          where not l.granted and pg_backend_pid() = any (pg_blocking_pids(l.pid)))
        from pg_sleep(0.05)
        """)
    for _ in 0..<200 {
      if try query(blocked, [])[0].bool(0) { return }
    }
    throw Crash()
  }
}
