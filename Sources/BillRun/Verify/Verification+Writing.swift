// SPDX-License-Identifier: Apache-2.0

extension Verification {
  /// A table of the checks, then the rows that are wrong, each line with its line feed.
  public var text: String {
    var table = TextTable([("check", .left), ("looked at", .right), ("wrong", .right)])
    for finding in findings {
      table.add([finding.title, Figure.count(finding.lookedAt), Figure.count(finding.wrong)])
    }
    let broken = findings.filter { $0.wrong > 0 }
    let details = broken.map { "\n" + $0.details }.joined()
    let verdict =
      isClean
      ? "clean: \(findings.count) checks"
      : "NOT CLEAN: \(broken.count) of \(findings.count) checks found something wrong"
    return "\(table.text)\(details)\n\(verdict)\n"
  }

  /// Writes the result as one object.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "verification")
      $0.field("run", run)
      $0.field("clean", isClean)
      $0.field("checks", array: { list in for finding in findings { finding.write(to: &list) } })
      $0.field("exit_code", exitCode.rawValue)
    }
  }
}

extension Verification.Finding {
  /// The check's name as people read it: `line amounts`.
  public var title: String { String(check.map { $0 == "_" ? " " : $0 }) }

  /// The rows that are wrong, under the check's name.
  fileprivate var details: String {
    let lines = offences.map { "  \($0.object) \($0.id): \($0.problem)\n" }.joined()
    let rest = wrong - Int64(offences.count)
    return "\(title)\n\(lines)" + (rest > 0 ? "  and \(Figure.count(rest)) more\n" : "")
  }

  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("name", check)
      $0.field("looked_at", lookedAt)
      $0.field("wrong", wrong)
      $0.field("rows", array: { list in for offence in offences { offence.write(to: &list) } })
    }
  }
}

extension Verification.Offence {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", object)
      $0.field("id", id)
      $0.field("problem", problem)
    }
  }
}
