// SPDX-License-Identifier: Apache-2.0

/// How an import goes about bad lines, and when it is.
public struct ImportOptions: Hashable, Sendable {
  /// Where refused lines go while the good ones are taken; nil takes all lines or none.
  public let refusedFile: String?

  /// How many errors the report lists; all are counted.
  public let listedErrors: Int

  /// The moment of the import in seconds since 1970-01-01 00:00 UTC: credits and coupons that it
  /// brings are granted on the seller's day of it.
  public let now: Int64

  /// Whether invoices with known ids are passed over; else they are refused.
  public var skipsKnown = false

  /// Makes options of their parts.
  public init(refusedFile: String? = nil, listedErrors: Int = 1000, now: Int64) {
    self.refusedFile = refusedFile
    self.listedErrors = listedErrors
    self.now = now
  }
}
