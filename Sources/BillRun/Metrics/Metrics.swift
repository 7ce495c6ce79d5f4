// SPDX-License-Identifier: Apache-2.0

/// What a command tells Prometheus of its last start, as a text file for the node exporter.
public struct Metrics: Sendable {
  /// One figure and what it is of.
  private struct Sample: Sendable {
    let labels: [(String, String)]
    var value: Int128
  }

  /// The command's name: `run`.
  public let command: String

  /// Whether the work was done, though somebody may have to look at some of it (65).
  ///
  /// False where a seller was left out altogether.
  public var isDone = true

  private let labels: [(String, String)]
  private var samples: [Gauge: [Sample]] = [:]

  /// Nothing of a command yet; `seller` is nil for all sellers.
  public init(command: String, schema: String, seller: String?) {
    self.command = command
    labels =
      [("command", command), ("schema", schema)] + (seller.map { [("only_seller", $0)] } ?? [])
  }

  /// Adds to a figure; of the same labels there is one.
  public mutating func add(
    _ gauge: Gauge, _ value: some BinaryInteger, _ labels: KeyValuePairs<String, String> = [:]
  ) {
    let labels = Array(labels.map { ($0.key, $0.value) })
    var list = samples[gauge] ?? []
    if let place = list.firstIndex(where: { $0.labels.elementsEqual(labels, by: ==) }) {
      list[place].value += Int128(value)
    } else {
      list.append(Sample(labels: labels, value: Int128(value)))
    }
    samples[gauge] = list
  }

  /// Notes how the command ended, at a moment in seconds since 1970.
  ///
  /// The last success stays what it was in `before`, the last start's text, unless this is one.
  mutating func end(
    with status: ExitStatus, at moment: Int64, milliseconds: Int64, after before: MetricsText
  ) {
    add(.buildInfo, 1, ["version": Version.text])
    add(.lastRun, moment)
    let isSuccess = isDone && [.ok, .dataError].contains(status)
    if let last = isSuccess ? moment : before.lastSuccess { add(.lastSuccess, last) }
    add(.exitCode, status.rawValue)
    add(.duration, milliseconds)
  }

  /// The lines of the file; a start that has counted nothing leaves the counts as they were.
  func text(after before: MetricsText) -> String {
    let hasCounts = samples.keys.contains { !$0.isOfEveryStart }
    var text = ""
    for gauge in Gauge.allCases {
      let lines =
        hasCounts || gauge.isOfEveryStart
        ? (samples[gauge] ?? []).map { line(gauge, $0) } : before.lines(of: gauge)
      guard !lines.isEmpty else { continue }
      text += "# HELP \(gauge.name) \(gauge.help)\n# TYPE \(gauge.name) gauge\n"
      text += lines.joined(separator: "\n") + "\n"
    }
    return text
  }

  private func line(_ gauge: Gauge, _ sample: Sample) -> String {
    let labels = (labels + sample.labels).map { "\($0)=\"\(Self.escaped($1))\"" }
    let value = gauge == .duration ? Self.seconds(sample.value) : "\(sample.value)"
    return "\(gauge.name){\(labels.joined(separator: ","))} \(value)"
  }

  /// Milliseconds as seconds: `1.250`.
  private static func seconds(_ milliseconds: Int128) -> String {
    Figure.plain(minor: milliseconds, digits: 3)
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { escaped, character in
      switch character {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n", "\r\n": escaped += "\\n"
      default: escaped.append(character)
      }
    }
  }
}

/// The metrics file as the last start left it.
struct MetricsText: Sendable {
  private let lines: [Substring]

  init(_ text: String) { lines = text.split(separator: "\n") }

  /// When the command last succeeded; nil when that is not known.
  var lastSuccess: Int64? {
    lines(of: .lastSuccess).first?.split(separator: " ").last.flatMap { Int64($0) }
  }

  /// The figures of a kind, a line each.
  func lines(of gauge: Gauge) -> [String] {
    lines.filter { $0.hasPrefix(gauge.name + "{") }.map(String.init)
  }
}
