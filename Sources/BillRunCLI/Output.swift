// SPDX-License-Identifier: Apache-2.0
import BillRun
import Glibc
import Logging

/// The only place that prints: results to standard output, the story to standard error.
struct Output: Sendable {
  /// How a result is shown.
  enum Format: Hashable, Sendable {
    /// For people.
    case text
    /// One JSON value.
    case json
    /// One JSON object a line.
    case jsonLines
  }

  /// How results are shown.
  let format: Format
  /// Where results go instead of standard output; whoever opened it finishes it.
  var file: ReportFile?

  init(format: Format) { self.format = format }

  /// Writes to standard error as it is.
  static func story(_ text: String) { _ = write(Array(text.utf8), to: STDERR_FILENO) }

  /// Whether results are shown as JSON, in one piece or in lines.
  var isJSON: Bool { format != .text }

  /// Writes bytes of a result.
  ///
  /// Returns false when the reader has gone away, as `head` does: then there is no more to write.
  /// Throws `BillRunError` when they cannot be written.
  @discardableResult
  func write(_ bytes: [UInt8]) throws -> Bool {
    if let file {
      try file.append(bytes)
      return true
    }
    guard let trouble = Self.write(bytes, to: STDOUT_FILENO) else { return true }
    if trouble == EPIPE { return false }
    throw BillRunError(
      .ioError, code: "output_not_written",
      "output not written, on standard output, \(Self.text(of: trouble))", hint: "df -h")
  }

  /// Writes a line of text; returns false when the reader has gone away.
  @discardableResult
  func line(_ line: String) throws -> Bool { try text(line + "\n") }

  /// Writes text that brings its own line feeds; returns false when the reader has gone away.
  @discardableResult
  func text(_ text: String) throws -> Bool { try write(Array(text.utf8)) }

  /// Writes one JSON value on a line; returns false when the reader has gone away.
  @discardableResult
  func json(_ body: (inout JSONWriter) throws -> Void) throws -> Bool {
    var writer = JSONWriter()
    try body(&writer)
    writer.endLine()
    return try write(writer.bytes)
  }

  /// Writes a line of the story.
  func note(_ text: String) { Self.note(text) }

  /// Tells why the command stops.
  func fail(_ error: BillRunError) {
    if isJSON {
      var writer = JSONWriter()
      error.write(to: &writer)
      Self.story(writer.text + "\n")
    } else if Self.log == nil {
      Self.note("billrun: \(error.message)")
      if let hint = error.hint { Self.note("hint: \(hint)") }
    } else {
      Self.note(
        error.message, .error,
        ["code": "\(error.code)", "exit_code": "\(error.status.rawValue)"]
          .merging(error.hint.map { ["hint": "\($0)"] } ?? [:]) { $1 })
    }
  }

  /// Writes a line to standard error: as it is for people, else as an event of the log.
  ///
  /// When nobody reads it, there is nobody left to tell.
  static func note(
    _ text: String, _ level: Logger.Level = .info, _ fields: Logger.Metadata = [:]
  ) {
    guard let log else { return story(text + "\n") }
    log.log(level: level, "\(text)", metadata: fields)
  }

  /// The log, where BILLRUN_LOG asks for it or standard error is the journal; nil for people.
  private static let log: Logger? = {
    var file = stat()
    let stream = unsafe fstat(STDERR_FILENO, &file) == 0 ? "\(file.st_dev):\(file.st_ino)" : ""
    let format = LogLines.Format(environment: Settings.environment, stream: stream)
    let lines = LogLines(format, level: .info, clock: .system) { story($0 + "\n") }
    return format == .text ? nil : Logger(label: "billrun") { _ in lines }
  }()

  /// Makes a reader that went away an error of `write` instead of the program's death.
  static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

  /// Makes writing fail where a standard file was closed: else the next file or socket that is
  /// opened would take its number, and results would go down the database's connection.
  static func holdClosedFiles() {
    for file in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(file, F_GETFD) < 0 {
      _ = unsafe open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Whether standard error is a terminal that can redraw a line.
  static var isStoryOnTerminal: Bool {
    isatty(STDERR_FILENO) == 1 && Settings.environment["TERM"] != "dumb"
  }

  /// Whether results go down a pipe, at whose end may be a pager on the same terminal.
  static var isResultOnPipe: Bool {
    var file = stat()
    return unsafe fstat(STDOUT_FILENO, &file) == 0 && file.st_mode & S_IFMT == S_IFIFO
  }

  /// How many characters a line of the terminal has; 80 where it does not say.
  static var terminalWidth: Int {
    var size = winsize()
    let isTold = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isTold ? Int(size.ws_col) : 80
  }

  /// Whether standard output is a terminal, which cannot show a PDF.
  static var isResultOnTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Writes all bytes; returns the system's error number when that fails.
  private static func write(_ bytes: [UInt8], to file: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }

  private static func text(of trouble: Int32) -> String {
    guard let text = unsafe strerror(trouble) else { return "error \(trouble)" }
    return unsafe String(cString: text).lowercased()
  }
}
