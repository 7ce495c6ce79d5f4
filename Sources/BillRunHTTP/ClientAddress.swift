// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import NIOCore

/// From where somebody asks, for limits by address.
enum ClientAddress {
  /// The address of a request: what the proxy says, where one of this machine or its network
  /// stands before; else, and where that is no address, the one that is connected.
  ///
  /// IPv6 counts by its network of 64 bits: whoever has one address of it has them all.
  static func of(_ request: Request, from address: SocketAddress?) -> String {
    let peer = plain(address?.ipAddress ?? "")
    guard isNear(peer), let name = HTTPField.Name("X-Forwarded-For"),
      let last = request.headers[values: name].last?.split(separator: ",").last,
      let client = network(of: last.filter { $0 != " " })
    else { return network(of: peer) ?? peer }
    return client
  }

  /// An address without a port, an IPv6 one as its network; nil for what is none.
  static func network(of text: String) -> String? {
    var text = text
    if text.first == "[" {
      text = String(text.dropFirst().prefix { $0 != "]" })
    } else if text.contains("."), let colon = text.lastIndex(of: ":"),
      text.firstIndex(of: ":") == colon
    {
      text = String(text[..<colon])
    }
    // The system writes one address in one way.
    let address = try? SocketAddress(ipAddress: plain(text), port: 0)
    guard let address, let text = address.ipAddress else { return nil }
    guard address.protocol == .inet6 else { return text }
    // Two colons stand for all the zeros that are missing.
    let gap = text.firstRange(of: "::")
    let head = text[..<(gap?.lowerBound ?? text.endIndex)].split(separator: ":")
    let tail = gap.map { text[$0.upperBound...].split(separator: ":") } ?? []
    let zeros = Array(repeating: Substring("0"), count: max(0, 8 - head.count - tail.count))
    return (head + zeros + tail).prefix(4).joined(separator: ":") + "::/64"
  }

  /// An IPv4 address as itself, also where it stands in IPv6.
  private static func plain(_ address: String) -> String {
    let mapped = "::ffff:"
    return address.lowercased().hasPrefix(mapped) && address.contains(".")
      ? String(address.dropFirst(mapped.count)) : address
  }

  /// Whether an address is of this machine or of a private network.
  private static func isNear(_ address: String) -> Bool {
    let parts = address.split(separator: ".")
    let isOwn = ["127.", "10.", "192.168."].contains { address.hasPrefix($0) }
    let isMiddle = parts.count == 4 && parts[0] == "172" && (16...31).contains(Int(parts[1]) ?? 0)
    return isOwn || isMiddle || address == "::1" || address.hasPrefix("fd")
  }
}
