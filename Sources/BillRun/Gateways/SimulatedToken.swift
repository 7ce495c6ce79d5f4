// SPDX-License-Identifier: Apache-2.0

/// What the token of a payment source makes the simulated gateway do.
///
/// `latency_MS_` may stand before any: `latency_100_approve` answers after 100 ms; `#NAME` after
/// any tells sources apart that do the same: `approve#17`.
struct SimulatedToken: Hashable, Sendable {
  /// What becomes of a charge.
  enum Behavior: Hashable, Sendable {
    /// `approve`.
    case approve
    /// `decline_CODE`: always declined with that code.
    case decline(code: String)
    /// `fail_N_then_approve`: the first N attempts of an invoice have insufficient funds.
    case failThenApprove(attempts: Int32)
    /// `timeout_then_approve`: charged, but the answer to the first call of a key is lost.
    case timeoutThenApprove
    /// `unavailable`: always 503.
    case unavailable
  }

  let behavior: Behavior
  /// How long an answer takes, in milliseconds; what is charged is charged at its beginning.
  let latency: Int

  /// Reads a token; nil for one that the simulated gateway does not know.
  init?(_ token: String) {
    var rest = token.prefix { $0 != "#" }
    var latency = 0
    if rest.hasPrefix("latency_") {
      let parts = rest.dropFirst("latency_".count).split(separator: "_", maxSplits: 1)
      guard parts.count == 2, let given = Self.count(parts[0]) else { return nil }
      latency = Int(given)
      rest = parts[1]
    }
    guard let behavior = Self.behavior(rest) else { return nil }
    self.behavior = behavior
    self.latency = latency
  }

  private static func behavior(_ text: Substring) -> Behavior? {
    switch text {
    case "approve": return .approve
    case "timeout_then_approve": return .timeoutThenApprove
    case "unavailable": return .unavailable
    default: break
    }
    if text.hasPrefix("decline_") {
      let code = text.dropFirst("decline_".count)
      return code.isEmpty ? nil : .decline(code: String(code))
    }
    guard text.hasPrefix("fail_"), text.hasSuffix("_then_approve"),
      let attempts = count(text.dropFirst("fail_".count).dropLast("_then_approve".count))
    else { return nil }
    return .failThenApprove(attempts: attempts)
  }

  /// A plain whole number of at most nine digits.
  private static func count(_ text: Substring) -> Int32? {
    guard 1...9 ~= text.utf8.count, text.utf8.allSatisfy({ 48...57 ~= $0 }) else { return nil }
    return Int32(text)
  }
}
