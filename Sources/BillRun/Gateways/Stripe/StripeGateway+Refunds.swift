// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Transport

extension StripeGateway {
  /// Stripe pays back to the source that it charged.
  public var canRefund: Bool { true }

  /// Refunds a PaymentIntent, or says what became of the refund with this key.
  public func refund(_ request: RefundRequest) async -> ChargeOutcome {
    guard let intent = request.charge.reference, StripeToken.isPlain(intent),
      let units = StripeAmount.units(of: request.amount)
    else { return .declined(code: "charge_not_known", reference: nil) }
    do {
      let answer = try await api.post(
        "/v1/refunds",
        [
          (name: "payment_intent", value: intent), (name: "amount", value: String(units)),
          (name: "metadata[\(Self.keyField)]", value: request.idempotencyKey),
        ], idempotencyKey: request.idempotencyKey)
      return await outcome(of: answer, to: request)
    } catch {
      return error.wasSent
        ? .unknown(reason: error.reason) : .notSent(reason: error.reason, retryAfter: nil)
    }
  }

  /// Looks for the refund among those of the PaymentIntent, by the key in its metadata.
  public func findRefund(_ request: RefundRequest) async -> ChargeLookup {
    guard let intent = request.charge.reference, StripeToken.isPlain(intent) else { return .absent }
    var last: String?
    repeat {
      var fields = [(name: "payment_intent", value: intent), (name: "limit", value: "100")]
      if let last { fields.append((name: "starting_after", value: last)) }
      do {
        let answer = try await api.get("/v1/refunds", fields)
        guard answer.status == 200, let list = answer.json(StripeList<StripeRefund>.self) else {
          return .unknown(reason: "the gateway answered \(answer.status)")
        }
        if let refund = list.data.first(where: { $0.key == request.idempotencyKey }) {
          let outcome = outcome(of: refund, request)
          guard case .unknown(let reason) = outcome else { return .found(outcome) }
          return .unknown(reason: reason)
        }
        last = list.has_more ? list.data.last?.id : nil
      } catch {
        return .unknown(reason: error.reason)
      }
    } while last != nil
    return .absent
  }

  /// Gives the refunds that succeeded and have our key in their metadata: the list has the newest
  /// first, and ends with what is older.
  public func refunded(
    since moment: Int64, _ page: ([GatewayRefund]) throws -> Void
  ) async throws {
    var last: String?
    repeat {
      var fields = [(name: "limit", value: "100")]
      if let last { fields.append((name: "starting_after", value: last)) }
      let list = try await read("/v1/refunds", fields, StripeList<StripeRefund>.self)
      let ours = try list.data.filter { $0.created >= moment }.compactMap(made)
      if !ours.isEmpty { try page(ours) }
      let isOver = list.data.contains { $0.created < moment }
      last = list.has_more && !isOver ? list.data.last?.id : nil
    } while last != nil
  }

  private func made(_ refund: StripeRefund) throws -> GatewayRefund? {
    guard refund.status == "succeeded", let key = refund.key else { return nil }
    guard let amount = StripeAmount.money(units: refund.amount, currency: refund.currency) else {
      throw BillRunError(
        .software, code: "unexpected",
        "unexpected trouble, \(name) has refunded \(refund.currency), which is not understood")
    }
    return GatewayRefund(idempotencyKey: key, reference: refund.id, amount: amount)
  }

  private func outcome(
    of answer: HTTPResponse, to request: RefundRequest
  ) async -> ChargeOutcome {
    switch answer.status {
    case 200:
      guard let refund = answer.json(StripeRefund.self) else {
        return .unknown(reason: "the answer cannot be read")
      }
      return outcome(of: refund, request)
    case 400 where answer.stripeError?.type == "idempotency_error":
      return .unknown(reason: "the key was used for another refund before")
    case 400, 402, 404:
      guard let error = answer.stripeError else {
        return .unknown(reason: "the answer cannot be read")
      }
      // The key may have expired, and the refund been made: only the list tells.
      switch await findRefund(request) {
      case .found(let outcome): return outcome
      case .absent: return .declined(code: error.mostTelling, reference: nil)
      case .unknown(let reason): return .unknown(reason: reason)
      }
    case 401, 403:
      return .notSent(reason: "the gateway refuses the key, \(answer.status)", retryAfter: nil)
    case 429:
      return .notSent(reason: "the gateway answered 429", retryAfter: answer.retryAfter)
    case 500... where answer.isReplayed:
      // The same key would say the same for a day, whatever became of the refund. What was not made
      // by then is not declined: it may be asked for again when the key has expired.
      if case .found(let outcome) = await findRefund(request) { return outcome }
      return .unknown(reason: "the gateway answered \(answer.status)")
    default: return .unknown(reason: "the gateway answered \(answer.status)")
    }
  }

  private func outcome(of refund: StripeRefund, _ request: RefundRequest) -> ChargeOutcome {
    guard StripeAmount.money(units: refund.amount, currency: refund.currency) == request.amount
    else { return .unknown(reason: "the gateway has another amount for it") }
    switch refund.status {
    case "succeeded": return .approved(reference: refund.id)
    case "pending", "requires_action": return .pending(reference: refund.id)
    case "failed", "canceled":
      return .declined(code: refund.failure_reason ?? refund.status, reference: refund.id)
    default: return .unknown(reason: "the gateway calls it \(refund.status)")
    }
  }
}

/// What is read of a refund.
private struct StripeRefund: Decodable, Sendable {
  let id: String
  let status: String
  let amount: Int64
  let currency: String
  let created: Int64
  var failure_reason: String?
  var metadata: [String: String]?

  /// The refund's key, if we made it.
  var key: String? { metadata?[StripeGateway.keyField] }
}
