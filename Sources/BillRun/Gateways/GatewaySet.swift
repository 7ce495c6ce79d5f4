// SPDX-License-Identifier: Apache-2.0
import Transport

/// The gateways that the settings describe, by name.
public struct GatewaySet: Sendable {
  private let gateways: [String: any Gateway]

  /// Collects gateways that were made elsewhere.
  public init(_ gateways: [any Gateway]) {
    self.gateways = Dictionary(gateways.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Makes the gateways of the settings, and asks none of them yet.
  ///
  /// The simulated one has its ledger in the database of the books. Throws `BillRunError` with 78
  /// when a key is missing or cannot be read.
  public init(_ settings: Settings) throws {
    self.init(
      try settings.gateways.map { gateway -> any Gateway in
        switch gateway.kind {
        case .simulated: SimulatedGateway(name: gateway.name, url: settings.database)
        case .stripe(let base, let key, let perSecond):
          StripeGateway(
            name: gateway.name, base: base, key: try Self.secret(key, of: gateway.name, settings),
            perSecond: perSecond)
        case .bankFile(let bank): BankFileGateway(name: gateway.name, settings: bank)
        }
      })
  }

  /// The names, in order.
  public var names: [String] { gateways.keys.sorted() }

  /// The names of those that cannot be asked what became of a charge, in order.
  public var silent: [String] { names.filter { gateways[$0]?.canBeAsked == false } }

  /// Those that collect by files, in order of their names.
  var bankFiles: [BankFileGateway] { names.compactMap { gateways[$0] as? BankFileGateway } }

  /// The gateway of a name; nil when the settings have none.
  public subscript(name: String) -> (any Gateway)? { gateways[name] }

  private static func secret(
    _ source: GatewaySettings.KeySource, of name: String, _ settings: Settings
  ) throws -> Secret {
    switch source {
    case .file(let path): return try settings.secret(inFile: path)
    case .variable(let variable):
      guard let secret = settings.secret(inVariable: variable) else {
        throw BillRunError(
          .configuration, code: "gateway_key_missing",
          "key missing, on the gateway \(name), the variable \(variable) is not set",
          hint: "\(variable)=… billrun …, or key_file in the settings")
      }
      return Secret(secret)
    }
  }
}
