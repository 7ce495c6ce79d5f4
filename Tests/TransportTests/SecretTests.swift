// SPDX-License-Identifier: Apache-2.0
import Testing
import Transport

@Suite struct SecretTests {
  @Test("no text made of a secret, or of a request with one, shows it")
  func redacted() {
    let key = "sk_test_abcdef"
    let request = HTTPRequest(
      .post, "https://example.com/v1/a?customer=cus_1", headers: ["Idempotency-Key": "k-17"],
      authorization: Secret(key), body: Array("token=pm_1".utf8))
    var texts = ["\(Secret(key))", String(reflecting: Secret(key)), "\(request)"]
    texts.append(String(reflecting: request))
    for value in [Secret(key) as Any, request as Any, ["a": Secret(key)] as Any] {
      var text = ""
      dump(value, to: &text)
      texts.append(text)
    }
    for text in texts {
      for hidden in [key, "cus_1", "k-17", "pm_1"] { #expect(!text.contains(hidden), "\(text)") }
    }
    #expect("\(request)" == "POST https://example.com/v1/a")
  }
}
