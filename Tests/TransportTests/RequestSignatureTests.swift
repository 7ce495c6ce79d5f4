// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Transport

struct RequestSignatureTests {
  @Test("the HMAC is that of RFC 4231, 4.3 and 4.7")
  func vectors() {
    let hex = { (bytes: [UInt8]) in
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    #expect(
      hex(
        RequestSignature.hmac(
          of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      hex(
        RequestSignature.hmac(
          of: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
          key: [UInt8](repeating: 0xAA, count: 131)))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test("a header names the moment that is signed with the body")
  func header() {
    let (key, body) = (Secret("s"), Array("{}".utf8))
    let header = RequestSignature.header(of: body, at: 5, key: key)
    #expect(header.hasPrefix("t=5,v1="))
    #expect(header.count == "t=5,v1=".count + 64)
    #expect(header != RequestSignature.header(of: body, at: 6, key: key))
    #expect(header != RequestSignature.header(of: Array("[]".utf8), at: 5, key: key))
  }
}
