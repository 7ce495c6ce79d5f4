// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Documents
public import Postgres
import SQLFiles

/// Shows documents to those who have their links, and lets them pay.
public struct LinkDesk: Sendable {
  /// What links are made with.
  public let links: InvoiceLinks
  private let kit: DocumentKit
  private let settings: Settings
  private let banks: [String: BankFileSettings]
  private let clock: WallClock

  /// Whom events name.
  static let actor = "payer"

  /// A document that somebody has the link of, as it is at one moment.
  public struct Sight: Sendable {
    let document: InvoiceDocument
    /// Whether it was opened before.
    public let isViewed: Bool
    /// Whether it is an invoice, which can be paid.
    public var isInvoice: Bool { document.kind == .invoice }
    /// Whether there is a payment source.
    fileprivate let hasSource: Bool
    /// How it is paid; nil unless that was asked for.
    fileprivate var payment: Payment?
  }

  /// What is known of how a document is paid.
  fileprivate struct Payment: Sendable {
    var seen: ChargeEngine.Seen?
    /// Why it cannot be charged now; nil for no reason.
    var reason: String?
    let method: String?
    let last4: String?
    let declinedOn: LocalDate?
  }

  /// Takes templates and the secret of links; nil without `public_url`.
  ///
  /// Throws `BillRunError` where something that the settings name is missing.
  public init?(
    _ settings: Settings, clock: WallClock = .system, on connection: isolated Connection
  ) throws {
    guard let links = try InvoiceLinks.load(settings, on: connection) else { return nil }
    self.links = links
    kit = try DocumentKit(settings: settings)
    banks = settings.bankFiles
    self.settings = settings
    self.clock = clock
  }

  /// The document that a token opens; nil where it opens none.
  public func look(
    at token: LinkToken, paying: Bool, on connection: isolated Connection
  ) throws -> Sight? {
    guard let id = try links.find(token, on: connection),
      let document = try DocumentStore.invoices([id], banks: banks, on: connection)[id]
    else { return nil }
    let moment = clock.now()
    let rows = try connection.query(
      Statement(SQLFiles.showPayable), [.int64(id), .timestamptz(unixSeconds: moment)])
    var sight = Sight(
      document: document, isViewed: try rows.bool(0, 1), hasSource: try !rows.isNull(0, 3))
    guard paying, document.kind == .invoice else { return sight }
    var payment = Payment(
      method: try rows.optionalString(0, 3), last4: try rows.optionalString(0, 4),
      declinedOn: try rows.optionalLocalDate(0, 5))
    let claim = ChargeClaim(
      seller: 0, asOf: try rows.localDate(0, 0), moment: moment, run: nil,
      gateways: try GatewaySet(settings), isManual: true, isByPayer: true)
    if let (seen, reason) = try claim.look(id, on: connection) {
      payment.seen = seen
      payment.reason = reason
    }
    sight.payment = payment
    return sight
  }

  /// Notes that a document was opened, the first time.
  public func note(_ sight: Sight, on connection: isolated Connection) throws {
    try connection.execute(
      Statement(SQLFiles.markViewed), [.int64(sight.document.id), .string(Self.actor)])
  }

  /// The document as a page, with the way to its PDF and, where something is due, to paying.
  ///
  /// `name` is the last part of the page's own address.
  public func page(of sight: Sight, named name: String) throws -> String {
    let document = sight.document
    let isDue =
      document.kind == .invoice && document.state == "open" && document.balance > 0
      && sight.hasSource
    return try told {
      try kit.html(document, pdf: "\(name)/pdf", payment: isDue ? "\(name)/payment" : nil)
    }
  }

  /// The document as a PDF, and the name of its file.
  public func pdf(of sight: Sight) async throws -> (name: String, bytes: [UInt8]) {
    let printed = try told { try kit.printed(sight.document) }
    do {
      return (printed.fileName + ".pdf", try await PDFPress().pdf(printed))
    } catch let error as DocumentError {
      throw BillRunError(error)
    }
  }

  /// The page where a document is paid, or that says why it is not paid there; `note` is what came
  /// of a form, and what is none is left out.
  public func paymentPage(
    of sight: Sight, named name: String, _ note: String?
  ) throws -> String {
    var page = PaymentPage(
      document: sight.document, standing: standing(of: sight), page: "../\(name)", pdf: "pdf")
    page.method = sight.payment?.method
    page.last4 = sight.payment?.last4
    page.declinedOn = sight.payment?.declinedOn
    page.note = note.flatMap(PaymentPage.Note.init)
    return try told { try kit.html(page) }
  }

  /// The page that says that a link opens nothing, or else that it cannot be shown now.
  public func notice(isGone: Bool, in languages: [String]) -> String {
    (try? kit.html(isGone ? .gone : .failed, in: languages)) ?? "billrun"
  }

  private func standing(of sight: Sight) -> PaymentPage.Standing {
    let document = sight.document
    guard document.kind == .invoice, document.state == "open" else {
      return document.state == "written_off" ? .elsewhere : .invalid
    }
    if sight.payment?.reason == "disputed" { return .disputed }
    guard document.balance > 0, let payment = sight.payment else { return .settled }
    switch payment.reason {
    case nil: return payment.seen.map { .payable(form: form(of: document, $0)) } ?? .later
    case "settled": return .settled
    case "charging", "declined_collected": return .pending
    case "closed": return .elsewhere
    case "no_source": return .transfer
    // Another invoice is charged by the same source: this one can be, once that is done.
    case "scheme_cap", "scheme_bar", "source_waits", "gateway_down", DueCharges.busy: return .later
    default: return .refused
    }
  }

  /// What a page has that pays just what it shows: amount, source, and which attempt it is.
  private func form(of document: InvoiceDocument, _ seen: ChargeEngine.Seen) -> String {
    links.digits(
      of: "pay \(document.id) \(document.currency.code) \(seen.amount) \(seen.source) "
        + "\(seen.number)")
  }

  private func told<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DocumentError {
      throw BillRunError(error)
    }
  }
}

extension LinkDesk {
  /// What is said where nobody knows what came of a form.
  public static let failed = PaymentPage.Note.failed.rawValue

  /// Charges the saved source, for the very form that the page had.
  ///
  /// Returns what is to be said beside how the invoice stands then; nil for nothing. Never charges
  /// for a form twice: it stands for one attempt of one amount by one source, and whoever asks
  /// beside it finds it at work.
  public func pay(
    _ sight: Sight, form: String, _ database: Database
  ) async throws -> String? {
    // Where it cannot be paid, the page says why.
    guard case .payable(let own) = standing(of: sight), let seen = sight.payment?.seen else {
      return nil
    }
    guard Credential.areSame(Array(form.utf8), Array(own.utf8)) else {
      return PaymentPage.Note.changed.rawValue
    }
    let engine = ChargeEngine(
      database: database, gateways: try GatewaySet(settings),
      options: ChargeOptions(asOf: .today), clock: clock, stop: StopSignal(), user: Self.actor)
    do {
      _ = try await engine.pay([sight.document.id], asSeen: seen)
      return nil
    } catch let error as BillRunError
      where error.status == .tryAgain || error.code.hasSuffix(DueCharges.busy)
    {
      return PaymentPage.Note.busy.rawValue
    } catch let error as BillRunError where error.status == .dataError {
      return PaymentPage.Note.changed.rawValue
    }
  }
}
