// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillRunHTTP

/// What counts as one address.
struct ClientAddressTests {
  @Test(
    "ports and writings of one address are one, IPv6 counts by network, other text is none",
    arguments: [
      ("203.0.113.7", "203.0.113.7"), ("203.0.113.7:5000", "203.0.113.7"),
      ("::ffff:203.0.113.7", "203.0.113.7"), ("2001:db8:0:1::5", "2001:db8:0:1::/64"),
      ("2001:DB8:0000:0001:ffff:1:2:3", "2001:db8:0:1::/64"),
      ("[2001:db8:0:1::9]:443", "2001:db8:0:1::/64"), ("[2001:db8:0:2::9]", "2001:db8:0:2::/64"),
      ("1::4:5:6:7:8", "1:0:0:4::/64"), ("::1", "0:0:0:0::/64"), ("fe80::", "fe80:0:0:0::/64"),
      ("", nil), ("unknown", nil), ("203.0.113", nil), ("1.2.3.4.5", nil), ("<script>", nil),
    ] as [(String, String?)])
  func networks(text: String, network: String?) {
    #expect(ClientAddress.network(of: text) == network)
  }
}
