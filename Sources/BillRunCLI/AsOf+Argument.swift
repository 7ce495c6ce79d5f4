// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import BillRun

extension AsOf: ExpressibleByArgument {
  /// Reads `2026-12-01` or `today`.
  public init?(argument: String) { self.init(argument) }
}
