// SPDX-License-Identifier: Apache-2.0

/// Lets so many calls a second through, and up to a second's worth at once after a pause.
actor RateLimit {
  private let interval: Duration
  /// When the next call would be due if all came evenly.
  private var next: ContinuousClock.Instant

  /// Makes a limit of at least one call a second.
  init(perSecond: Int) {
    interval = .seconds(1) / max(1, perSecond)
    next = .now - .seconds(1)
  }

  /// Waits for the turn of this call; throws when the task is canceled meanwhile.
  func take() async throws {
    let now = ContinuousClock.now
    let turn = max(next, now - .seconds(1) + interval)
    next = turn + interval
    if turn > now { try await Task.sleep(until: turn, clock: .continuous) }
  }
}
