// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Logging

/// Writes each event of the log as one line: for people, for programs, or for journald.
public struct LogLines: LogHandler {
  /// How a line looks.
  public enum Format: Hashable, Sendable {
    /// Time, level, message and fields as text.
    case text
    /// One JSON object.
    case json
    /// As text, but with the level as journald's `<6>` instead of time and level.
    case journal

    /// Reads `BILLRUN_LOG=json`, and JOURNAL_STREAM, in which systemd names the journal's stream.
    ///
    /// `stream` is where the lines go, by its device and inode: `8:1`. The variable is inherited
    /// also by programs whose output goes elsewhere.
    public init(environment: [String: String], stream: String) {
      let wantsJSON = environment["BILLRUN_LOG"] == "json"
      self = wantsJSON ? .json : environment["JOURNAL_STREAM"] == stream ? .journal : .text
    }
  }

  /// The fields of every event.
  public var metadata: Logger.Metadata = [:]

  /// The least level that is written.
  public var logLevel: Logger.Level

  private let format: Format
  private let clock: WallClock
  private let write: @Sendable (String) -> Void

  /// Makes a handler that gives each line, without its line feed, to `write`.
  public init(
    _ format: Format, level: Logger.Level, clock: WallClock,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.format = format
    self.logLevel = level
    self.clock = clock
    self.write = write
  }

  /// Writes one event.
  public func log(event: LogEvent) {
    let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
    if format == .json { return write(json(event, fields)) }
    var line = format == .journal ? "<\(event.level.priority)>" : "\(timeText) \(event.level) "
    line += "\(event.message)"
    for (name, value) in fields { line += " \(name)=\(value)" }
    write(line)
  }

  /// One field of every event.
  public subscript(metadataKey name: String) -> Logger.Metadata.Value? {
    get { metadata[name] }
    set { metadata[name] = newValue }
  }

  private func json(_ event: LogEvent, _ fields: [(key: String, value: Logger.Metadata.Value)])
    -> String
  {
    var writer = JSONWriter()
    writer.object {
      $0.field("time", clock.now())
      $0.field("level", event.level.rawValue)
      $0.field("message", "\(event.message)")
      for (name, value) in fields { $0.field(name, "\(value)") }
    }
    return writer.text
  }

  /// The moment in UTC: `2026-12-01T02:00:07Z`.
  private var timeText: String {
    let (day, second) = clock.now().quotientAndRemainder(dividingBy: 86_400)
    let parts = [second / 3600, second / 60 % 60, second % 60]
    let time = parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    return "\(LocalDate(daysSince1970: Int32(day)))T\(time)Z"
  }
}

extension Logger.Level {
  /// The priority that syslog and journald know.
  fileprivate var priority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
