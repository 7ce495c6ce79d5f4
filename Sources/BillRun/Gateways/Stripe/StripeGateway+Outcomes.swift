// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Transport

extension StripeGateway {
  /// What an answer to a confirmation means.
  func outcome(
    of answer: HTTPResponse, to request: ChargeRequest, _ reference: String
  ) async -> ChargeOutcome {
    let error = answer.stripeError
    switch answer.status {
    case 200:
      guard let intent = answer.json(StripeIntent.self) else {
        return .unknown(reason: "the answer cannot be read")
      }
      return await outcome(of: intent, request)
    case 402:
      guard let error else { return .unknown(reason: "the answer cannot be read") }
      return .declined(code: error.mostTelling, reference: reference)
    case 400 where error?.type == "idempotency_error":
      return .unknown(reason: "the key was used for another charge before")
    case 400:
      // It may be that it was confirmed before; that its parts do not fit ends it.
      return await lookUp(reference, request, ifUnconfirmed: error)
    case 401, 403:
      return .notSent(reason: "the gateway refuses the key, \(answer.status)", retryAfter: nil)
    case 429:
      return .notSent(reason: "the gateway answered 429", retryAfter: answer.retryAfter)
    case 500... where answer.isReplayed:
      // The same key would say the same for a day, whatever became of the charge.
      return await lookUp(reference, request, ifUnconfirmed: nil)
    default: return .unknown(reason: "the gateway answered \(answer.status)")
    }
  }

  /// What the state of a PaymentIntent means; one that waits for its confirmation is unknown, since
  /// the confirmation may be on its way.
  private func outcome(
    of intent: StripeIntent, _ request: ChargeRequest
  ) async -> ChargeOutcome {
    if intent.status == "requires_action" { return await cancel(intent, request) }
    return state(of: intent, request)
  }

  /// Cancels a PaymentIntent that waits for its customer, who could otherwise complete it after
  /// another attempt has charged the invoice.
  private func cancel(_ intent: StripeIntent, _ request: ChargeRequest) async -> ChargeOutcome {
    do {
      let answer = try await api.post(
        "/v1/payment_intents/\(intent.id)/cancel", [],
        idempotencyKey: request.idempotencyKey + "-cancel")
      if answer.status == 200, answer.json(StripeIntent.self)?.status == "canceled" {
        return .declined(code: "authentication_required", reference: intent.id)
      }
      // The customer may just have completed it.
      let now = try await api.get("/v1/payment_intents/\(intent.id)")
      guard now.status == 200, let intent = now.json(StripeIntent.self) else {
        return .unknown(reason: "the gateway answered \(answer.status) when it was canceled")
      }
      return state(of: intent, request)
    } catch {
      return .unknown(reason: error.reason)
    }
  }

  private func state(of intent: StripeIntent, _ request: ChargeRequest) -> ChargeOutcome {
    guard StripeAmount.money(units: intent.amount, currency: intent.currency) == request.amount
    else { return .unknown(reason: "the gateway has another amount for it") }
    switch intent.status {
    case "succeeded": return .approved(reference: intent.id)
    case "processing": return .pending(reference: intent.id)
    // Nobody but `cancel` does that.
    case "canceled":
      return .declined(code: "authentication_required", reference: intent.id)
    case "requires_payment_method":
      guard let error = intent.last_payment_error else { break }
      return .declined(code: error.mostTelling, reference: intent.id)
    default: break
    }
    return .unknown(reason: "the gateway calls it \(intent.status)")
  }

  /// Looks up what became of a PaymentIntent; one that was never confirmed was declined with the
  /// error, if there is one.
  private func lookUp(
    _ reference: String, _ request: ChargeRequest, ifUnconfirmed error: StripeError?
  ) async -> ChargeOutcome {
    do {
      let answer = try await api.get("/v1/payment_intents/\(reference)")
      guard answer.status == 200, let intent = answer.json(StripeIntent.self) else {
        return .unknown(reason: "the gateway answered \(answer.status) when it was looked up")
      }
      if let error, intent.isUnconfirmed {
        return .declined(code: error.mostTelling, reference: reference)
      }
      return await outcome(of: intent, request)
    } catch {
      return .unknown(reason: error.reason)
    }
  }
}

// MARK: - Looking up

extension StripeGateway {
  /// How long after its intent a confirmation cannot be on its way any more, in seconds.
  private static let longestConfirmation: Int64 = 3600

  /// Looks the PaymentIntent up by its id, else among those of the customer by the key in its
  /// metadata.
  public func find(_ request: ChargeRequest) async -> ChargeLookup {
    do {
      guard let reference = request.reference else { return try await search(for: request) }
      guard StripeToken.isPlain(reference) else {
        return .unknown(reason: "the reference is none of this gateway")
      }
      let answer = try await api.get("/v1/payment_intents/\(reference)")
      guard answer.status == 200, let intent = answer.json(StripeIntent.self) else {
        return .unknown(reason: "the gateway answered \(answer.status)")
      }
      return await lookup(of: intent, request)
    } catch {
      return .unknown(reason: (error as? HTTPFailure)?.reason ?? "\(error)")
    }
  }

  private func search(for request: ChargeRequest) async throws -> ChargeLookup {
    // What is no token of ours was never sent.
    guard let token = StripeToken(request.token) else { return .absent }
    var last: String?
    while true {
      var fields = [
        (name: "customer", value: token.customer),
        // The clocks need not agree.
        (name: "created[gte]", value: String(max(0, request.intendedAt - 3600))),
        (name: "limit", value: "100"),
      ]
      if let last { fields.append((name: "starting_after", value: last)) }
      let answer = try await api.get("/v1/payment_intents", fields)
      guard answer.status == 200, let list = answer.json(StripeList<StripeIntent>.self) else {
        return .unknown(reason: "the gateway answered \(answer.status)")
      }
      // With two of one key only one was ever confirmed.
      let ours = list.data.filter { $0.key == request.idempotencyKey }
      if let intent = ours.first(where: { $0.status == "succeeded" }) ?? ours.first {
        return await lookup(of: intent, request)
      }
      guard list.has_more, let end = list.data.last?.id else { return .absent }
      last = end
    }
  }

  private func lookup(
    of intent: StripeIntent, _ request: ChargeRequest
  ) async -> ChargeLookup {
    let outcome = await outcome(of: intent, request)
    guard case .unknown(let reason) = outcome else { return .found(outcome) }
    let isOld = clock.now() - request.intendedAt > Self.longestConfirmation
    return intent.isUnconfirmed && isOld ? .absent : .unknown(reason: reason)
  }

  /// Gives the charges that succeeded and have our key in their metadata.
  public func approved(
    since moment: Int64, _ page: ([GatewayCharge]) throws -> Void
  ) async throws {
    var last: String?
    repeat {
      var fields = [
        (name: "created[gte]", value: String(max(0, moment))), (name: "limit", value: "100"),
      ]
      if let last { fields.append((name: "starting_after", value: last)) }
      let list = try await read("/v1/charges", fields, StripeList<StripeCharge>.self)
      let ours = try list.data.compactMap(approval)
      if !ours.isEmpty { try page(ours) }
      last = list.has_more ? list.data.last?.id : nil
    } while last != nil
  }

  private func approval(_ charge: StripeCharge) throws -> GatewayCharge? {
    guard charge.status == "succeeded", let key = charge.metadata?[Self.keyField] else {
      return nil
    }
    guard let amount = StripeAmount.money(units: charge.amount, currency: charge.currency) else {
      throw BillRunError(
        .software, code: "unexpected",
        "unexpected trouble, \(name) has charged \(charge.currency), which is not understood")
    }
    return GatewayCharge(
      idempotencyKey: key, reference: charge.payment_intent ?? charge.id, amount: amount,
      token: charge.token, chargedAt: charge.created)
  }

  /// Reads something that has nothing to do with a single charge.
  func read<Value: Decodable>(
    _ path: String, _ fields: [(name: String, value: String)], _ type: Value.Type
  ) async throws -> Value {
    let answer: HTTPResponse
    do {
      answer = try await api.get(path, fields)
    } catch {
      throw BillRunError(
        .unavailable, code: "gateway_unavailable",
        "gateway not reachable, on \(name), \(error.reason)", hint: "the same command again")
    }
    guard answer.status != 401 && answer.status != 403 else {
      throw BillRunError(
        .configuration, code: "gateway_key_refused",
        "key refused, on \(name), the gateway answered \(answer.status)",
        hint: "check the gateway's key in the settings, docs/GATEWAYS.md")
    }
    guard answer.status == 200, let value = answer.json(type) else {
      throw BillRunError(
        .unavailable, code: "gateway_unavailable",
        "gateway not reachable, on \(name), it answered \(answer.status)",
        hint: "the same command again")
    }
    return value
  }
}
