// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Transport

/// Charges saved payment methods through Stripe's PaymentIntents.
///
/// `prepare` makes the intent without confirming it, so that its id is committed before any money
/// can move; `charge` confirms that one intent, which can succeed only once. So an attempt is
/// charged at most once even where an idempotency key has expired. docs/GATEWAYS.md tells which
/// answer means which outcome.
public struct StripeGateway: Gateway {
  /// The name that payment sources know it by.
  public let name: String

  let api: StripeAPI
  let clock: WallClock

  /// The field of Stripe's metadata with the attempt's key.
  static let keyField = "billrun_key"

  /// Stripe's own address.
  public static let usualAddress = "https://api.stripe.com"

  /// Makes the gateway, and asks nothing yet.
  ///
  /// - Parameters:
  ///   - name: The name that payment sources know it by.
  ///   - base: The address of the API.
  ///   - key: The secret or restricted key.
  ///   - perSecond: How many calls a second at most; an attempt makes two.
  ///   - timeout: How long a call may take; an answer after it is unknown.
  ///   - clock: Tells how old a charge is.
  public init(
    name: String = "stripe", base: HTTPAddress, key: Secret, perSecond: Int = 25,
    timeout: Duration = .seconds(80), clock: WallClock = .system
  ) {
    self.name = name
    self.clock = clock
    api = StripeAPI(base: base, key: key, perSecond: perSecond, timeout: timeout)
  }

  /// Makes the PaymentIntent; its id is the reference.
  public func prepare(_ request: ChargeRequest) async -> ChargePreparation {
    guard let token = StripeToken(request.token) else {
      return .ended(.declined(code: "invalid_token", reference: nil))
    }
    guard let units = StripeAmount.units(of: request.amount) else {
      return .ended(.declined(code: "amount_not_supported", reference: nil))
    }
    let fields = [
      (name: "amount", value: String(units)),
      (name: "currency", value: request.amount.currency.code),
      (name: "customer", value: token.customer), (name: "payment_method", value: token.method),
      (name: "metadata[\(Self.keyField)]", value: request.idempotencyKey),
      (name: "metadata[billrun_invoice]", value: request.invoice),
    ]
    do {
      var answer = try await create(fields, request.idempotencyKey + "-create")
      if answer.status >= 500 && answer.isReplayed {
        // That key says this for a day. An intent which the first call made nevertheless stays
        // unconfirmed, and charges nobody.
        answer = try await create(fields, request.idempotencyKey + "-create-again")
      }
      return preparation(of: answer)
    } catch {
      // Whether it arrived or not: an intent that nobody confirms charges nobody.
      return .ended(.notSent(reason: error.reason, retryAfter: nil))
    }
  }

  /// Confirms the PaymentIntent, or says what became of it.
  public func charge(_ request: ChargeRequest) async -> ChargeOutcome {
    var request = request
    if request.reference == nil {
      switch await prepare(request) {
      case .ended(let outcome): return outcome
      case .ready(let reference): request.reference = reference
      }
    }
    guard let reference = request.reference, StripeToken.isPlain(reference) else {
      return .unknown(reason: "the reference is none of this gateway")
    }
    do {
      let answer = try await api.post(
        "/v1/payment_intents/\(reference)/confirm", [(name: "off_session", value: "true")],
        idempotencyKey: request.idempotencyKey + "-confirm")
      return await outcome(of: answer, to: request, reference)
    } catch {
      return error.wasSent
        ? .unknown(reason: error.reason) : .notSent(reason: error.reason, retryAfter: nil)
    }
  }

  /// The account of the key.
  public func account() async throws -> String {
    try await read("/v1/account", [], StripeAccount.self).id
  }

  private func create(
    _ fields: [(name: String, value: String)], _ key: String
  ) async throws(HTTPFailure) -> HTTPResponse {
    try await api.post("/v1/payment_intents", fields, idempotencyKey: key)
  }

  private func preparation(of answer: HTTPResponse) -> ChargePreparation {
    let error = answer.stripeError
    switch answer.status {
    case 200:
      guard let intent = answer.json(StripeIntent.self) else {
        return .ended(.notSent(reason: "the answer cannot be read", retryAfter: nil))
      }
      guard StripeToken.isPlain(intent.id) else {
        return .ended(.notSent(reason: "the answer has no id", retryAfter: nil))
      }
      return .ready(reference: intent.id)
    case 400 where error?.type == "idempotency_error":
      return .ended(.unknown(reason: "the key was used for another charge before"))
    case 400, 402, 404:
      guard let error else {
        return .ended(.notSent(reason: "the answer cannot be read", retryAfter: nil))
      }
      return .ended(.declined(code: error.mostTelling, reference: nil))
    default:
      return .ended(
        .notSent(
          reason: "the gateway answered \(answer.status)", retryAfter: answer.retryAfter))
    }
  }
}
