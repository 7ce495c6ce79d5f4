// SPDX-License-Identifier: Apache-2.0
/// Keeps from calling gateways that do not answer: after so many failures in a row one is down
/// until the next start.
struct CircuitBreaker {
  private var failures: [String: Int] = [:]
  private(set) var down: Set<String> = []
  private let limit: Int

  /// Makes one that allows for fewer failures in a row than the limit.
  init(limit: Int = 20) { self.limit = limit }

  /// Takes note of what a gateway made of a call.
  mutating func note(_ outcome: ChargeOutcome, of gateway: String) {
    switch outcome {
    case .approved, .declined, .pending: failures[gateway] = 0
    case .unknown, .notSent:
      failures[gateway, default: 0] += 1
      if failures[gateway, default: 0] >= limit { down.insert(gateway) }
    }
  }
}
