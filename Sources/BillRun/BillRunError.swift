// SPDX-License-Identifier: Apache-2.0

/// Why a command stopped, in the words that a person reads and a script tells apart.
public struct BillRunError: Error, Hashable, Sendable {
  /// The exit status that the command leaves with.
  public let status: ExitStatus

  /// A stable word in snake case for scripts, such as `schema_too_old`.
  public let code: String

  /// One line in lower case without a full stop: what, on what, why.
  public let message: String

  /// What helps, beginning with the command to type; nil when nothing is known to.
  public let hint: String?

  /// The field of an object that is wrong, as `items.0.quantity`; nil where it is none.
  public let field: String?

  /// Makes an error of its parts.
  public init(
    _ status: ExitStatus, code: String, _ message: String, hint: String? = nil,
    field: String? = nil
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.hint = hint
    self.field = field
  }
}

extension BillRunError: CustomStringConvertible {
  /// The message.
  public var description: String { message }
}

extension BillRunError {
  /// Writes the object that `--json` shows on standard error.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "error")
      $0.field("code", code)
      $0.field("message", message)
      $0.field("hint", hint)
    }
  }
}
