// SPDX-License-Identifier: Apache-2.0

/// What writing files to banks came to.
public struct BankWriting: Sendable {
  /// A debit that is in no file yet, and why.
  public struct Waiting: Sendable, Hashable {
    /// The attempt's id.
    public let attempt: Int64
    /// The invoice's id.
    public let invoice: Int64
    /// The invoice's number, for people.
    public let number: String
    /// `no_notice`, `closed`, `disputed` or `declined_collected`.
    public let reason: String
  }

  /// Whether it was only tried.
  public let isDry: Bool
  /// The files that were made now.
  public internal(set) var written: [BankFile] = []
  /// Earlier files that were missing from the folder, or were wanted again.
  public internal(set) var restored: [BankFile] = []
  /// How many debits were taken back, since less is owed or the source is another one.
  public internal(set) var withdrawn = 0
  /// Debits that wait, the first 1,000 of each seller and gateway.
  public internal(set) var waiting: [Waiting] = []

  static let mostWaiting: Int64 = 1_000

  init(isDry: Bool) { self.isDry = isDry }

  /// 65 where a debit waits for somebody, else 0.
  public var exitCode: ExitStatus { waiting.isEmpty ? .ok : .dataError }

  /// The same for people.
  public var text: String {
    var lines: [String] = []
    for file in written {
      lines.append(
        "\(isDry ? "would write" : "written"): bank file \(file.id), \(file.messageID).xml, "
          + "\(Figure.counted(Int64(file.debits), "debit")) of "
          + "\(Figure.amount(minor: file.sum, digits: 2)) eur")
    }
    for file in restored {
      lines.append("written again: bank file \(file.id), \(file.messageID).xml")
    }
    if lines.isEmpty { lines.append("no new debits, no file") }
    if withdrawn > 0 {
      lines.append("withdrawn: \(withdrawn), less is owed or the source is another one")
    }
    for one in waiting.prefix(20) { lines.append("not in a file: \(one.number), \(one.reason)") }
    if waiting.count > 20 { lines.append("not in a file: \(waiting.count - 20) more") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The same as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { object in
      object.field("object", "bank_writing")
      object.field("dry", isDry)
      for (name, files) in [("written", written), ("restored", restored)] {
        object.field(name, array: { list in files.forEach { $0.write(to: &list) } })
      }
      object.field("withdrawn", withdrawn)
      object.field("waiting", objects: waiting) { element, one in
        element.field("attempt", one.attempt)
        element.field("invoice", one.invoice)
        element.field("number", one.number)
        element.field("reason", one.reason)
      }
      object.field("exit_code", Int(exitCode.rawValue))
    }
  }
}
