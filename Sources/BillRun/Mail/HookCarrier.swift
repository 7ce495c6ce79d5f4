// SPDX-License-Identifier: Apache-2.0
import Transport

/// Tells services by signed POST requests of JSON: webhooks at their own addresses, and text
/// messages at the one of the settings.
struct HookCarrier: MessageCarrier {
  private let address: HTTPAddress?
  private let key: Secret
  private let clock: WallClock
  private let client = HTTPClient(maxResponseBytes: 64 << 10)

  init(_ settings: HookSettings, key: Secret, clock: WallClock = .system) {
    address = settings.url
    self.key = key
    self.clock = clock
  }

  func carry(_ message: OutgoingMessage) async -> Delivery {
    guard let url = address?.text ?? message.url else {
      return .failed("url_missing", "it has no address to be sent to")
    }
    guard HTTPAddress(url) != nil else {
      return .failed("url_invalid", "its address is neither https nor http on this machine")
    }
    let body = Array(Self.body(of: message).utf8)
    let request = HTTPRequest(
      .post, url,
      headers: [
        "Content-Type": "application/json", "Idempotency-Key": message.name,
        "Billrun-Signature": RequestSignature.header(of: body, at: clock.now(), key: key),
      ], body: body, timeout: .seconds(30))
    do {
      return Self.delivery(after: try await client.send(request))
    } catch {
      return .silent("service_unreachable", error.reason)
    }
  }

  /// What a service is told; of a text message also the words and the number.
  static func body(of message: OutgoingMessage) -> String {
    guard message.channel == "sms" else { return message.payload }
    var writer = JSONWriter()
    writer.object {
      $0.field("object", "sms")
      $0.field("id", message.name)
      $0.field("to", message.phone)
      $0.field("text", message.text)
      $0.field("about", raw: message.payload)
    }
    return writer.text
  }

  private static func delivery(after response: HTTPResponse) -> Delivery {
    let status = response.status
    let text = "status \(status)"
    if 200..<300 ~= status { return .sent(text) }
    if 400..<500 ~= status, status != 408, status != 429 {
      var delivery = Delivery.failed("service_refused", text)
      delivery.answer = text
      return delivery
    }
    var delivery = Delivery.silent("service_deferred", text)
    delivery.answer = text
    if let wait = response.headers["retry-after"].flatMap({ Int($0) }), 1...86_400 ~= wait {
      delivery.end = .later(wait)
    }
    return delivery
  }
}
