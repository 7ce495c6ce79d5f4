// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import BillRun

extension Deadline: ExpressibleByArgument {
  /// Reads `05:30`.
  public init?(argument: String) { self.init(argument) }
}
