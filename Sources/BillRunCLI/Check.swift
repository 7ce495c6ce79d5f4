// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun

/// Looks whether everything is there that a run needs, and says what to do.
struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look whether everything is there that a run needs.")

  @OptionGroup var options: GlobalOptions
}
