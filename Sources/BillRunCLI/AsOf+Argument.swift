// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import BillRun

extension AsOf: ExpressibleByArgument {
  /// Reads `2026-12-01`, or `today` as of the program's start.
  public init?(argument: String) {
    guard let asOf = AsOf(argument) else { return nil }
    self = asOf.asked(at: WallClock.system.now())
  }
}
