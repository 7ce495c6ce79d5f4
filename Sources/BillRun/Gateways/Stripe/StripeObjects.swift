// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// What is read of a PaymentIntent.
struct StripeIntent: Decodable, Hashable, Sendable {
  let id: String
  let status: String
  let amount: Int64
  let currency: String
  var metadata: [String: String]?
  var last_payment_error: StripeError?

  /// The attempt's key, if we made it.
  var key: String? { metadata?[StripeGateway.keyField] }

  /// Whether nobody has tried to charge it.
  var isUnconfirmed: Bool {
    status == "requires_confirmation"
      || (status == "requires_payment_method" && last_payment_error == nil)
  }
}

/// What is read of a charge.
struct StripeCharge: Decodable, Hashable, Sendable {
  let id: String
  let status: String
  let amount: Int64
  let currency: String
  let created: Int64
  var customer: String?
  var payment_method: String?
  var payment_intent: String?
  var metadata: [String: String]?

  /// The token of the payment source; nil where one of its parts is missing.
  var token: String? {
    guard let customer, let payment_method else { return nil }
    return "\(customer)/\(payment_method)"
  }
}

/// What is read of an error.
struct StripeError: Decodable, Hashable, Sendable {
  var type: String?
  var code: String?
  var decline_code: String?

  /// The most telling of its codes.
  var mostTelling: String { decline_code ?? code ?? type ?? "declined" }
}

/// The answer that has an error.
struct StripeRefusal: Decodable, Hashable, Sendable {
  let error: StripeError
}

/// A page of a list.
struct StripeList<Element: Decodable & Sendable>: Decodable, Sendable {
  let data: [Element]
  let has_more: Bool
}

/// The account that a key belongs to.
struct StripeAccount: Decodable, Hashable, Sendable {
  let id: String
}

/// The token of a payment source at Stripe: `cus_…/pm_…`, customer and saved payment method.
struct StripeToken: Hashable, Sendable {
  let customer: String
  let method: String

  /// Reads a token; nil for any other text.
  init?(_ token: String) {
    let parts = token.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].hasPrefix("cus_"), parts[0].count > 4,
      parts.allSatisfy(Self.isPlain)
    else { return nil }
    customer = String(parts[0])
    method = String(parts[1])
  }

  /// Whether a text can be an id at Stripe, which goes into addresses as it is.
  static func isPlain(_ id: some StringProtocol) -> Bool {
    !id.isEmpty
      && id.utf8.allSatisfy { byte in
        48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte || byte == UInt8(ascii: "_")
      }
  }
}
