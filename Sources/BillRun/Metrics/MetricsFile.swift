// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Glibc

/// The file that the node exporter's textfile collector reads, one for each command and set of
/// books.
///
/// The setting `metrics_file` names them all: beside `/var/x/billrun.prom`, `run` writes
/// `/var/x/billrun-run.prom`, and `run --schema shop` `/var/x/billrun-run.shop.prom`, so that none
/// writes over another's figures.
public struct MetricsFile: Sendable {
  let path: String
  private let schema: String
  private let command: String
  private let seller: String?

  /// The file of a command, or of a command for one seller; nil when no settings ask for it.
  public init?(_ settings: Settings, command: String, seller: String?) {
    guard let setting = settings.metricsFile else { return nil }
    let stem = setting.hasSuffix(".prom") ? String(setting.dropLast(5)) : setting
    let suffix = seller.map { "-" + Self.plain($0) } ?? ""
    let books = settings.schema == "billing" ? "" : ".\(settings.schema)"
    path = "\(stem)-\(command)\(suffix)\(books).prom"
    schema = settings.schema
    self.command = command
    self.seller = seller
  }

  /// What the command counts into.
  public var empty: Metrics { Metrics(command: command, schema: schema, seller: seller) }

  /// Writes how a command ended, and what it counted, in place of the last start's figures.
  ///
  /// A reader sees the old file or the new one in whole. Throws `BillRunError` when it cannot be
  /// written.
  public func write(
    _ metrics: Metrics, status: ExitStatus, at moment: Int64, milliseconds: Int64
  ) throws {
    let bytes = FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
    let before = MetricsText(String(decoding: bytes, as: UTF8.self))
    var metrics = metrics
    metrics.end(with: status, at: moment, milliseconds: milliseconds, after: before)
    do {
      try SpoolFile.write(
        Array(metrics.text(after: before).utf8), to: path, by: "\(path).\(getpid())", mode: 0o644)
    } catch let error as BillRunError {
      throw BillRunError(
        .ioError, code: "metrics_not_written", "metrics \(error.message)",
        hint: "mkdir -p the folder, and give \(SystemUser.name) the right to write there")
    }
  }

  /// A seller's code as a part of a file's name.
  private static func plain(_ code: String) -> String {
    String(code.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" })
  }
}
