// SPDX-License-Identifier: Apache-2.0

/// The gateways that can be charged, by name.
public struct GatewaySet: Sendable {
  private let gateways: [String: any Gateway]

  /// Collects gateways that were made elsewhere.
  public init(_ gateways: [any Gateway]) {
    self.gateways = Dictionary(gateways.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Makes the gateways of the settings, and asks none of them yet.
  public init(_ settings: Settings) throws {
    self.init([SimulatedGateway(url: settings.database)])
  }

  /// The names, in order.
  public var names: [String] { gateways.keys.sorted() }

  /// The gateway of a name; nil when the settings have none.
  public subscript(name: String) -> (any Gateway)? { gateways[name] }
}
