// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// How often each key may ask: so many requests a second, and twice as many at once.
final class RateLimiter: Sendable {
  private struct Bucket {
    var left: Int64
    var filledAt: ContinuousClock.Instant
  }

  private let perSecond: Int64
  private let buckets = Mutex<[String: Bucket]>([:])

  init(perSecond: Int) { self.perSecond = Int64(perSecond) }

  /// Takes a request of a key, or tells in how many seconds the next one is taken.
  func take(_ key: String, at moment: ContinuousClock.Instant = .now) -> Int? {
    buckets.withLock { buckets in
      // In thousandths of a request: a bucket fills by perSecond of them a millisecond.
      let full = perSecond * 2_000
      var bucket = buckets[key] ?? Bucket(left: full, filledAt: moment)
      let passed = bucket.filledAt.duration(to: moment)
      let milliseconds =
        min(
          passed.components.seconds, 3600) * 1_000 + passed.components.attoseconds
        / 1_000_000_000_000_000
      if milliseconds > 0 {
        bucket.left = min(full, bucket.left + milliseconds * perSecond)
        bucket.filledAt = moment
      }
      // Of addresses there are many; a bucket that is full again is as good as none.
      if buckets.count >= 10_000, buckets[key] == nil {
        buckets = buckets.filter { $0.value.filledAt.duration(to: moment) < .seconds(2) }
      }
      defer { buckets[key] = bucket }
      guard bucket.left >= 1_000 else { return 1 }
      bucket.left -= 1_000
      return nil
    }
  }
}
