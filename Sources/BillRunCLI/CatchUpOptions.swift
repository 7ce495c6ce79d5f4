// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillingCore

/// What a run does with periods that were missed.
struct CatchUpOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Missed periods: each (default), merge, cap:COUNT or from:DAY.", valueName: "policy"))
  var catchUp: Choice?

  @Flag(help: "Charge and chase also invoices for missed periods.")
  var chargeMissed = false

  /// A policy as it is written.
  struct Choice: ExpressibleByArgument {
    let catchUp: CatchUp

    init?(argument: String) {
      let parts = argument.split(separator: ":", maxSplits: 1).map(String.init)
      switch (parts.first, parts.count) {
      case ("each", 1): catchUp = CatchUp()
      case ("merge", 1): catchUp = CatchUp(.merged)
      case ("cap", 2):
        guard let count = Int(parts[1]), count > 0 else { return nil }
        catchUp = CatchUp(.capped(count))
      case ("from", 2):
        guard let day = LocalDate(iso: parts[1]) else { return nil }
        catchUp = CatchUp(from: day)
      default: return nil
      }
    }
  }

  /// Both together.
  var policy: CatchUp {
    var policy = catchUp?.catchUp ?? CatchUp()
    if chargeMissed { policy.collecting = .all }
    return policy
  }
}
