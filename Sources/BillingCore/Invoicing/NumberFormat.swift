// SPDX-License-Identifier: Apache-2.0

/// How documents are numbered: a text in which `{seq:06}`, `{year}`, `{month}` and `{seller}` are
/// filled in (RULES 2).
public struct NumberFormat: Hashable, Sendable {
  /// Before the sequence number, with everything else filled in.
  public let prefix: String
  /// After it.
  public let suffix: String
  /// At least so many digits.
  public let width: Int

  /// Reads a format whose other parts are filled in, such as `INV-2026-{seq:06}`; nil without
  /// exactly one `{seq}`.
  public init?(series: String) {
    guard let open = series.range(of: "{seq"),
      let close = series[open.upperBound...].firstIndex(of: "}")
    else { return nil }
    let width = series[open.upperBound..<close]
    if width.isEmpty {
      self.width = 1
    } else {
      guard width.first == ":", let digits = Int(width.dropFirst()), (1...18).contains(digits)
      else { return nil }
      self.width = digits
    }
    prefix = String(series[..<open.lowerBound])
    suffix = String(series[series.index(after: close)...])
    if prefix.contains(where: { $0 == "{" || $0 == "}" })
      || suffix.contains(where: { $0 == "{" || $0 == "}" })
    {
      return nil
    }
  }

  /// The number for a place in the series.
  public func number(_ seq: Int64) -> String {
    let digits = String(seq)
    return prefix + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
      + suffix
  }

  /// Fills in all but `{seq}`: the name of the series.
  ///
  /// `{year}` is the year in which the fiscal year of the date began; `fiscalYearStart` is "MM-DD".
  public static func series(
    format: String, seller: String, date: LocalDate, fiscalYearStart: String
  ) -> String {
    let parts = fiscalYearStart.split(separator: "-").compactMap { Int($0) }
    var year = date.year
    if parts.count == 2, (date.month, date.day) < (parts[0], parts[1]) { year -= 1 }
    let month = date.month
    return format.replacing("{year}", with: String(year))
      .replacing("{month}", with: month < 10 ? "0\(month)" : String(month))
      .replacing("{seller}", with: seller)
  }
}

extension String {
  /// The first place of a text in this one.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
