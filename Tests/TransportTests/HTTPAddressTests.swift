// SPDX-License-Identifier: Apache-2.0
import Testing
import Transport

@Suite struct HTTPAddressTests {
  @Test(
    "https is spoken to anybody, http to this machine alone",
    arguments: [
      ("https://api.stripe.com", true), ("https://api.stripe.com/v1/account", true),
      ("http://127.0.0.1:8420", true), ("http://127.9.9.9", true), ("http://localhost:80/", true),
      ("http://[::1]:8420", true), ("http://api.stripe.com", false), ("http://10.0.0.1", false),
      ("http://localhost.example.com", false), ("http://127.0.0.1.example.com", false),
      ("http://127.0.0.1@example.com", false), ("https://key@example.com", false),
      ("ftp://127.0.0.1", false), ("file:///etc/passwd", false), ("127.0.0.1", false), ("", false),
    ])
  func mayBeSpokenTo(text: String, may: Bool) {
    #expect((HTTPAddress(text) != nil) == may)
  }

  @Test("keeps no slash at its end")
  func slash() {
    #expect(HTTPAddress("http://localhost:80/")?.text == "http://localhost:80")
    #expect(HTTPAddress("http://localhost:80/")?.isLoopback == true)
    #expect(HTTPAddress("https://api.stripe.com")?.isLoopback == false)
  }
}
