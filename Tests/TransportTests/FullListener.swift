// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A port that listens, but whose queue of connections is full, so that the next ones wait.
final class FullListener: Sendable {
  let port: Int
  private let sockets: [Int32]

  struct Refused: Error {}

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe Self.call(&address, length) { unsafe bind(listener, $0, $1) }
    guard isBound, listen(listener, 0) == 0 else { throw Refused() }
    let isNamed = unsafe Self.call(&address, length) { name, _ in
      unsafe getsockname(listener, name, &length)
    }
    guard isNamed else { throw Refused() }
    port = Int(UInt16(bigEndian: address.sin_port))
    var sockets = [listener]
    for _ in 0..<8 {
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
      _ = unsafe Self.call(&address, length) { unsafe connect(client, $0, $1) }
      sockets.append(client)
    }
    self.sockets = sockets
  }

  deinit { for socket in sockets { close(socket) } }

  private static func call(
    _ address: inout sockaddr_in, _ length: socklen_t,
    _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Int32
  ) -> Bool {
    unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) } == 0
    }
  }
}
