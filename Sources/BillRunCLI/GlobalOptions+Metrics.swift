// SPDX-License-Identifier: Apache-2.0
import BillRun

extension GlobalOptions {
  /// Does a command's work, and writes what it counted and how it ended to its metrics file, if the
  /// settings ask for one.
  ///
  /// A file that cannot be written is told, and changes nothing of how the command ends: what it
  /// did is done, and figures that grow old are what an alert looks for.
  func measured(
    _ command: String, seller: String? = nil, _ settings: Settings,
    _ work: (inout Metrics) async throws -> Void
  ) async throws {
    guard let file = MetricsFile(settings, command: command, seller: seller) else {
      var metrics = Metrics(command: command, schema: settings.schema, seller: seller)
      return try await work(&metrics)
    }
    var metrics = file.empty
    let started = ContinuousClock.now
    var failure: (any Error)?
    do { try await work(&metrics) } catch { failure = error }
    let status = failure.map { $0 as? ExitStatus ?? BillRunError(describing: $0).status } ?? .ok
    do {
      try file.write(
        metrics, status: status, at: WallClock.system.now(),
        milliseconds: Int64((ContinuousClock.now - started) / .milliseconds(1)))
    } catch {
      output.fail(BillRunError(describing: error))
    }
    if let failure { throw failure }
  }
}
