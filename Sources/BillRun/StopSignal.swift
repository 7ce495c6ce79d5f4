// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Glibc
import Synchronization

/// The wish to stop: SIGTERM, SIGINT or a deadline asks, and the work ends at its next safe place.
///
/// A second signal ends the program at once with exit status 75. Whatever transaction is open then
/// is rolled back by the server, as after any crash.
public final class StopSignal: Sendable {
  private let wasAsked = Atomic(false)
  private let waiting = Mutex<[@Sendable () -> Void]>([])

  /// Makes a wish that no signal is bound to, for tests.
  public init() {}

  /// Makes a wish that SIGTERM and SIGINT are bound to, from now until the program ends.
  public static func install() -> StopSignal {
    let stop = StopSignal()
    for number in [SIGTERM, SIGINT] {
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      let isBound = DispatchSemaphore(value: 0)
      source.setRegistrationHandler { isBound.signal() }
      // The source lives on, since its handler holds it.
      source.setEventHandler { [source] in
        _ = source
        if stop.isRequested { _exit(ExitStatus.tryAgain.rawValue) }
        stop.request()
      }
      source.resume()
      isBound.wait()
    }
    return stop
  }

  /// Whether the work should end; cheap, from any thread.
  public var isRequested: Bool { wasAsked.load(ordering: .acquiring) }

  /// Asks for the end.
  public func request() {
    let bodies = waiting.withLock { waiting in
      wasAsked.store(true, ordering: .releasing)
      defer { waiting = [] }
      return waiting
    }
    for body in bodies { body() }
  }

  /// Runs the body once as soon as the end is asked for; at once when it already was.
  ///
  /// It runs on the thread that asks and must not block: it resumes a task or cancels a query.
  public func onRequest(_ body: @escaping @Sendable () -> Void) {
    let isLate = waiting.withLock { waiting in
      if !isRequested { waiting.append(body) }
      return isRequested
    }
    if isLate { body() }
  }
}
