// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import BillRun
public import BillingCore

extension AsOf: ExpressibleByArgument {
  /// Reads `2026-12-01` or `today`.
  public init?(argument: String) { self.init(argument) }
}

extension LocalDate: ExpressibleByArgument {
  /// Reads `2026-12-01`.
  public init?(argument: String) { self.init(iso: argument) }
}
