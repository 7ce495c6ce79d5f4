// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import BillingCore

extension LocalDate: ExpressibleByArgument {
  /// Reads `2026-12-01`.
  public init?(argument: String) { self.init(iso: argument) }
}
