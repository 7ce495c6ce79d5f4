// SPDX-License-Identifier: Apache-2.0
import BillingCore
import FoundationEssentials

/// What a payer has signed so that an account may be debited (RULES 4).
struct Mandate: Hashable, Sendable {
  /// Where a collection stands among those of a mandate.
  enum Sequence: String, Sendable {
    /// The first of several, for banks that still ask for it.
    case first = "FRST"
    /// One of several; since 2016 the first one may be called so, too.
    case recurring = "RCUR"
    /// The last of several.
    case final = "FNAL"
    /// The only one.
    case oneOff = "OOFF"

    /// Whether no collection may follow.
    var isLast: Bool { self == .final || self == .oneOff }

    /// How the next collection is called.
    func next(isUsed: Bool) -> Sequence { self == .first && isUsed ? .recurring : self }
  }

  let id: String
  let signedOn: LocalDate
  let scheme: BankFileSettings.Scheme?
  let noticeDays: Int?
  let sequence: Sequence
  /// The payer's bank; nil where the IBAN tells.
  let bic: String?

  /// Reads a source's `mandate`; nil where it is none, or says what cannot be meant.
  init?(json: String?) {
    guard let json, let text = try? JSONDecoder().decode(Text.self, from: Data(json.utf8)),
      Self.isID(text.id), let day = LocalDate(iso: text.signed_on),
      0...90 ~= text.notice_days ?? 14
    else { return nil }
    id = text.id
    signedOn = day
    noticeDays = text.notice_days
    guard let sequence = Sequence(rawValue: text.sequence ?? Sequence.recurring.rawValue) else {
      return nil
    }
    self.sequence = sequence
    bic = text.bic
    if let bic, !BankFileSettings.isBIC(bic) { return nil }
    scheme = text.scheme.flatMap(BankFileSettings.Scheme.init)
    if text.scheme != nil, scheme == nil { return nil }
  }

  private struct Text: Decodable {
    let id: String
    let signed_on: String
    var scheme: String?
    var notice_days: Int?
    var sequence: String?
    var bic: String?
  }

  /// Whether it has 1 to 35 of the signs that every bank takes (EPC217-08).
  static func isID(_ text: String) -> Bool {
    1...35 ~= text.utf8.count && !text.contains("//") && !text.hasPrefix("/")
      && !text.hasSuffix("/") && text == text.filter { $0 != " " }
      && text.utf8.allSatisfy {
        48...57 ~= $0 || 65...90 ~= $0 || 97...122 ~= $0 || "+?/-:().,'".utf8.contains($0)
      }
  }

  /// Whether nothing was collected by it for 36 months.
  func isDead(on day: LocalDate, chargedOn last: LocalDate?) -> Bool {
    let since = max(signedOn, last ?? signedOn)
    return day > since.adding(months: 36, anchorDay: since.day)
  }
}
