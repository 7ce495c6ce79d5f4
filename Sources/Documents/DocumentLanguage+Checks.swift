// SPDX-License-Identifier: Apache-2.0

extension DocumentLanguage {
  /// What would print figures or days wrong, or leave a name in braces as it is; nil for nothing.
  ///
  /// `base` has the words that these replace: only their names in braces are filled in.
  static func problem(
    of words: [String: String], over base: [String: String]
  ) -> String? {
    let (decimal, group) = (words["decimal"] ?? "", words["group"] ?? "")
    guard decimal.count == 1, !decimal.contains(where: isOfNumber) else {
      return "decimal is one sign, and no digit"
    }
    guard group.count <= 1, !group.contains(where: isOfNumber), group != decimal else {
      return "group is one sign or none, no digit and not decimal"
    }
    for (path, needed) in needs {
      let names = names(in: words[path] ?? "")
      for choice in needed where names.isDisjoint(with: choice) {
        return "\(path) has {\(choice.sorted().joined(separator: "} or {"))}"
      }
    }
    for (path, value) in words.sorted(by: { $0.key < $1.key }) {
      guard let usual = base[path] else { continue }
      var known = names(in: usual)
      if path == "date" { known.formUnion(["d", "dd", "m", "mm", "month", "yyyy"]) }
      if let strange = names(in: value).subtracting(known).min() {
        return "\(path) has {\(strange)}, which nothing is put in for"
      }
    }
    return nil
  }

  /// What must stand in a form: one of each set.
  private static let needs: [String: [Set<String>]] = [
    "money": [["amount"], ["currency"]], "money_symbol": [["amount"], ["currency"]],
    "percent": [["number"]], "date": [["d", "dd"], ["m", "mm", "month"], ["yyyy"]],
  ]

  private static func isOfNumber(_ sign: Character) -> Bool {
    sign.isNumber || sign.isLetter || sign == "-" || sign == "{" || sign == "}"
  }

  /// The names in braces.
  private static func names(in text: String) -> Set<String> {
    Set(
      text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { part in
        part.firstIndex(of: "}").map { String(part[..<$0]) }
      })
  }
}
