// SPDX-License-Identifier: Apache-2.0

/// Invented books in the import format: the same seed gives the same bytes.
public struct DemoBooks: Sendable {
  /// How many customers.
  public let customers: Int
  /// What all is drawn from.
  public let seed: UInt64
  /// One kind of customer only, all due on 2026-12-01: a subscription with one add-on and one tax.
  public let isPlain: Bool

  /// Describes books of their size.
  public init(customers: Int, seed: UInt64, isPlain: Bool = false) {
    self.customers = customers
    self.seed = seed
    self.isPlain = isPlain
  }

  /// Gives the lines piece by piece, so that memory stays flat, until the body returns false.
  public func write(_ body: (_ piece: [UInt8]) throws -> Bool) rethrows {
    var writer = JSONWriter()
    if isPlain { PlainBooks.writeCatalog(to: &writer) } else { DemoCatalog.write(to: &writer) }
    for id in 0..<customers {
      if isPlain {
        PlainBooks.writeCustomer(id: id + 1, to: &writer)
      } else {
        var customer = DemoCustomer(id: id + 1, seed: seed)
        customer.write(to: &writer)
      }
      guard writer.bytes.count > 1 << 16 else { continue }
      guard try body(writer.bytes) else { return }
      writer.removeWritten()
    }
    _ = try body(writer.bytes)
  }
}
