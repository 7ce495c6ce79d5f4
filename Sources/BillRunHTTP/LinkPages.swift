// SPDX-License-Identifier: Apache-2.0
import BillRun
import HTTPTypes
import Hummingbird
import NIOCore

/// The pages for customers, below `/links`: open to whoever has a link.
struct LinkPages {
  let books: [String: Book]
  let settings: ServeSettings
  let limiter: RateLimiter
  private let printing = PrintingQueue()
  /// Tells the log what went wrong at a route.
  let tell: @Sendable (any Error, String) -> Void

  init(
    books: [String: Book], settings: ServeSettings, limiter: RateLimiter,
    tell: @escaping @Sendable (any Error, String) -> Void
  ) {
    self.books = books
    self.settings = settings
    self.limiter = limiter
    self.tell = tell
  }

  /// How many requests a second an address may make: a person has fewer, and who guesses wants
  /// more.
  static let perSecond = 10

  /// What can be asked for of a link.
  private enum Part: String {
    case page = ""
    case pdf
    case payment
  }

  /// Answers a request; nil where there are no links, and so no such path.
  ///
  /// `name` becomes the route, without the token.
  func answer(
    _ request: Request, _ segments: [Substring], from address: SocketAddress?,
    _ name: inout String
  ) async -> Answer? {
    guard segments.first == "links", books.values.contains(where: { $0.links != nil }) else {
      return nil
    }
    let part = Part(rawValue: segments.count == 3 ? String(segments[2]) : "")
    name = "/links/:token" + (part.map { $0 == .page ? "" : "/\($0.rawValue)" } ?? "")
    // Whoever guesses cannot tell which books there are: a token of others is looked for, too.
    var token = LinkToken(segments.count > 1 ? segments[1] : "")
    let named = books[token.schema].flatMap { $0.links == nil ? nil : $0 }
    if named == nil { token = token.opensNothing }
    guard let book = named ?? anyBook, let desk = book.links else { return nil }
    let languages = Self.languages(request)
    if limiter.take(ClientAddress.of(request, from: address)) != nil {
      var answer = Self.page(desk.notice(isGone: false, in: languages), status: 429)
      answer.headers.append(("Retry-After", "1"))
      return answer
    }
    do {
      guard let part, segments.count == (part == .page ? 2 : 3) else {
        return Self.page(desk.notice(isGone: true, in: languages), status: 404)
      }
      return try await answer(part, token, String(segments[1]), request, book, desk)
        ?? Self.page(desk.notice(isGone: true, in: languages), status: 404)
    } catch let error as APIError {
      var answer = Self.page(desk.notice(isGone: false, in: languages), status: error.status)
      answer.headers += error.headers
      return answer
    } catch {
      let refusal = APIError(describing: error)
      tell(error, name)
      return Self.page(desk.notice(isGone: false, in: languages), status: max(refusal.status, 500))
    }
  }

  private var anyBook: Book? {
    books.values.filter { $0.links != nil }.min { $0.schema < $1.schema }
  }

  private func answer(
    _ part: Part, _ token: LinkToken, _ name: String, _ request: Request, _ book: Book,
    _ desk: LinkDesk
  ) async throws -> Answer? {
    let isPaying = part == .payment
    let sight = try await book.read { try desk.look(at: token, paying: isPaying, on: $0) }
    guard let sight, part != .payment || sight.isInvoice else { return nil }
    if request.method == .post, isPaying {
      return try await pay(sight, request, book, desk)
    }
    guard [.get, .head].contains(request.method) else {
      var error = APIError(405, "method_not_allowed", "GET is done")
      error.headers = [("Allow", isPaying ? "GET, HEAD, POST" : "GET, HEAD")]
      throw error
    }
    // Programs that look at links in emails ask for heads: that is no view.
    if request.method == .head {
      var head = Self.page("")
      if part == .pdf { head.type = "application/pdf" }
      return head
    }
    if !sight.isViewed { try await book.write { try desk.note(sight, on: $0) } }
    switch part {
    case .page: return Self.page(try await printing { try desk.page(of: sight, named: name) })
    case .pdf:
      let file = try await printing { try await desk.pdf(of: sight) }
      var answer = Self.page("")
      answer.bytes = file.bytes
      answer.type = "application/pdf"
      let plain = file.name.unicodeScalars.allSatisfy { $0.isASCII } ? file.name : "invoice.pdf"
      answer.headers.append(
        (
          "Content-Disposition",
          "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(FormText.encode(file.name))"
        ))
      return answer
    case .payment:
      let note = FormText(request.uri.query ?? "")?["note"]
      return Self.page(
        try await printing { try desk.paymentPage(of: sight, named: name, note) })
    }
  }

  /// Charges, and leads back to the page, which says how the invoice stands: to load it again
  /// charges nothing.
  private func pay(
    _ sight: LinkDesk.Sight, _ request: Request, _ book: Book, _ desk: LinkDesk
  ) async throws -> Answer {
    let body = try await BodyReader(limit: 4 << 10, seconds: settings.idleSeconds)
      .object(of: request)
    var note: String?
    do {
      note = try await desk.pay(sight, form: body["form"]?.plain ?? "", book.database)
    } catch {
      tell(error, "/links/:token/payment")
      note = LinkDesk.failed
    }
    var answer = Self.page("", status: 303)
    answer.headers.append(("Location", "payment" + (note.map { "?note=\($0)" } ?? "")))
    return answer
  }

  /// A page that nobody keeps, frames, indexes or tells others of, and that runs no program.
  private static func page(_ html: String, status: Int = 200) -> Answer {
    var answer = Answer(status: status, body: html, type: "text/html; charset=utf-8")
    answer.headers = [
      (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
          + "base-uri 'none'; frame-ancestors 'none'"
      ),
      ("Referrer-Policy", "no-referrer"), ("X-Robots-Tag", "noindex, nofollow"),
      ("X-Frame-Options", "DENY"), ("X-Content-Type-Options", "nosniff"),
    ]
    return answer
  }

  /// The languages that a browser asks for, in the order in which they stand.
  private static func languages(_ request: Request) -> [String] {
    (request.headers[.acceptLanguage] ?? "").split(separator: ",").prefix(10)
      .map { $0.prefix { $0 != ";" }.filter { $0 != " " } }
  }
}
