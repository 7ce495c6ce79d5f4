// SPDX-License-Identifier: Apache-2.0
import BillRun
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Takes a request through what all have in common: route, key, limits, body, answer.
struct APIResponder: HTTPResponder {
  let books: [String: Book]
  let settings: ServeSettings
  let clock: WallClock
  let log: Logger
  let metrics = ServerMetrics()
  let limiter: RateLimiter
  let pages: LinkPages

  init(books: [String: Book], settings: ServeSettings, clock: WallClock, log: Logger) {
    self.books = books
    self.settings = settings
    self.clock = clock
    self.log = log
    limiter = RateLimiter(perSecond: settings.requestsPerSecond)
    pages = LinkPages(
      books: books, settings: settings, limiter: RateLimiter(perSecond: LinkPages.perSecond)
    ) { Self.tell($0, $1, to: log) }
  }

  func respond(to request: Request, context: ServerContext) async throws -> Response {
    let begun = ContinuousClock.now
    metrics.begin()
    // A path is what it is: no slash more, by which it would pass a proxy's rules.
    let segments = request.uri.path.dropFirst().split(
      separator: "/", omittingEmptySubsequences: false)
    var route = "none"
    var answer: Answer
    do {
      if let page = await pages.answer(request, segments, from: context.address, &route) {
        answer = page
      } else {
        answer = try await self.answer(request, segments, &route)
      }
    } catch {
      let refusal = APIError(describing: error)
      tell(refusal, error, request, route)
      answer = refusal.answer(as: Route.Dialect(ofPath: segments))
    }
    metrics.end(
      Route.Method(rawValue: request.method.rawValue)?.rawValue ?? "other", route, answer.status,
      after: begun.duration(to: .now))
    let response = Self.response(answer)
    return request.method == .head ? response.createHeadResponse() : response
  }

  private func answer(
    _ request: Request, _ segments: [Substring], _ name: inout String
  ) async throws -> Answer {
    if let open = try await openAnswer(request, segments, &name) { return open }
    let fitting = Routes.all.compactMap { route in
      route.parameters(of: segments).map { (route, $0) }
    }
    // A path that is written out goes before one with a parameter.
    let method = request.method == .head ? "GET" : request.method.rawValue
    let found = fitting.filter { $0.0.method.rawValue == method }
      .min { $0.1.count < $1.1.count }
    guard let (route, parameters) = found else { throw Self.noRoute(fitting.map(\.0), request) }
    name = route.path
    let (book, caller) = try await Gatekeeper(books: books).admit(
      request.headers[.authorization])
    if let seconds = limiter.take("\(book.schema) \(caller.key)") {
      var error = APIError(
        429, "too_many_requests",
        "more than \(settings.requestsPerSecond) requests a second, by the key \(caller.name)")
      error.headers = [("Retry-After", "\(seconds)")]
      throw error
    }
    guard caller.scopes.contains(route.scope) else {
      throw APIError(
        403, "scope_missing", "the key \(caller.name) does not open \(route.scope.rawValue)")
    }
    let call = try await call(request, route, parameters, of: book, by: caller)
    try Self.refuseUnknown(call, route)
    var answer = try await route.handler(call)
    if route.isTagged, answer.status < 300, call.query["expand"] == nil {
      let tag = Answer.tag(of: answer.body)
      let seen = request.headers[.ifNoneMatch] ?? ""
      if route.method == .get, Answer.names(seen, tag) { answer = Answer(status: 304) }
      answer.headers.append(("ETag", tag))
    }
    return answer
  }

  private func call(
    _ request: Request, _ route: Route, _ parameters: [String: String], of book: Book,
    by caller: Caller
  ) async throws -> Call {
    guard let query = FormText(request.uri.query ?? "") else {
      throw APIError(400, "query_malformed", "the query is not encoded as UTF-8 in %XX")
    }
    if let name = query.repeated { throw APIError.twice(name) }
    let reader = BodyReader(
      limit: settings.maxBodyKilobytes << 10, seconds: settings.idleSeconds)
    // The proxy before it says how it was spoken to.
    let isSecure = HTTPField.Name("X-Forwarded-Proto").flatMap { request.headers[$0] } == "https"
    let host = request.head.authority ?? "\(settings.address):\(settings.port)"
    var body = JSONTree.object([])
    if route.method != .get {
      body = try await reader.object(of: request, as: route.takes.flatMap { Shape.named($0) })
    }
    if let customer = body["customer"] { body["customer"] = customer.name }
    return Call(
      book: book, caller: caller, target: "\(request.method.rawValue) \(request.uri)",
      address: "\(isSecure ? "https" : "http")://\(host)\(request.uri.path)",
      parameters: parameters, query: query, body: body,
      idempotencyKey: try Self.idempotencyKey(request),
      ifMatch: try Self.condition(request, route), moment: clock.now())
  }

  /// Refuses parameters that nobody would look at, and a body where none is taken.
  private static func refuseUnknown(_ call: Call, _ route: Route) throws {
    for (name, _) in call.query.pairs {
      // One pair of brackets, with something in it.
      let isWithin =
        name.hasSuffix("]") && !name.hasSuffix("[]")
        && name.utf8.count { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") } == 2
      let plain = String(name.prefix { $0 != "[" })
      let isNested = Route.nested.contains(plain)
      let known =
        if ["filter", "filter[]"].contains(name) {
          route.query.contains("filters")
        } else {
          isWithin
            ? isNested && route.query.contains(plain)
            : !isNested && name != "filters" && route.query.contains(name)
        }
      if !known {
        throw APIError.wrong(String(name.prefix(100)), "there is no such parameter here")
      }
    }
    // A change reads null as "as usual", also of what is no field.
    if let shape = route.takes.flatMap({ Shape.named($0) }), route.dialect == .invoiced,
      let field = call.body.fields.first(where: {
        $0.value == .null && !shape.has($0.name)
      })
    {
      throw APIError.wrong(String(field.name.prefix(100)), "there is no such field here")
    }
    if route.takes == nil, let field = call.body.fields.first(where: { $0.value != .null }) {
      throw APIError.wrong(String(field.name.prefix(100)), "nothing is taken here")
    }
  }

  private static func condition(_ request: Request, _ route: Route) throws -> String? {
    guard let condition = request.headers[.ifMatch] else { return nil }
    guard route.isConditional else {
      throw APIError.wrong("If-Match", "nothing is changed here that has a tag")
    }
    return condition
  }

  /// What is open to everybody: whether the server lives, and the tokens of OAuth.
  private func openAnswer(
    _ request: Request, _ segments: [Substring], _ name: inout String
  ) async throws -> Answer? {
    switch (request.method == .head ? "GET" : request.method.rawValue, segments) {
    case ("GET", ["health"]):
      name = "/health"
      return .json("{\"object\":\"health\",\"status\":\"ok\",\"version\":\"\(Version.text)\"}")
    case ("GET", ["ready"]):
      name = "/ready"
      return await ready()
    case ("GET", ["metrics"]):
      name = "/metrics"
      return Answer(body: metrics.text, type: "text/plain; version=0.0.4")
    case ("GET", ["openapi.json"]):
      name = "/openapi.json"
      return .json(OpenAPI.text)
    case ("POST", ["oauth", "token"]):
      name = "/oauth/token"
      let body = try await BodyReader(limit: 16 << 10, seconds: settings.idleSeconds)
        .object(of: request)
      return try await Gatekeeper(books: books).token(
        for: body, minutes: settings.tokenMinutes)
    case (_, ["health"]), (_, ["ready"]), (_, ["metrics"]), (_, ["openapi.json"]):
      throw Self.notAllowed("GET")
    case (_, ["oauth", "token"]): throw Self.notAllowed("POST")
    default: return nil
    }
  }

  private func ready() async -> Answer {
    var writer = JSONWriter()
    var isReady = true
    var states: [(schema: String, isOpen: Bool)] = []
    for book in books.values.sorted(by: { $0.schema < $1.schema }) {
      do {
        try await book.check()
        states.append((book.schema, true))
      } catch {
        isReady = false
        states.append((book.schema, false))
        log.warning("books not reached", metadata: ["schema": "\(book.schema)"])
      }
    }
    writer.object {
      $0.field("object", "readiness")
      $0.field("ready", isReady)
      $0.field("books", objects: states) { writer, state in
        writer.field("schema", state.schema)
        writer.field("ready", state.isOpen)
      }
    }
    return .json(writer.text, status: isReady ? 200 : 503)
  }

  private static func noRoute(_ fitting: [Route], _ request: Request) -> APIError {
    if fitting.isEmpty {
      return APIError(404, "route_not_found", "there is nothing at \(request.uri.path.prefix(200))")
    }
    return notAllowed(Set(fitting.map(\.method.rawValue)).sorted().joined(separator: ", "))
  }

  private static func notAllowed(_ methods: String) -> APIError {
    var error = APIError(405, "method_not_allowed", "here can be done: \(methods)")
    error.headers = [("Allow", methods)]
    return error
  }

  private static func idempotencyKey(_ request: Request) throws -> String? {
    guard let name = HTTPField.Name("Idempotency-Key"), let key = request.headers[name] else {
      return nil
    }
    if request.headers[values: name].count > 1 { throw APIError.twice("Idempotency-Key") }
    guard (1...255).contains(key.utf8.count) else {
      throw APIError(
        400, "idempotency_key_wrong", "an idempotency key has 1 to 255 bytes",
        field: "Idempotency-Key")
    }
    return key
  }

  /// What went wrong here is told to the log in full, what a caller did wrong in one word.
  private func tell(
    _ refusal: APIError, _ error: any Error, _ request: Request, _ route: String
  ) {
    guard refusal.status >= 500 else { return }
    Self.tell(error, "\(request.method.rawValue) \(route)", to: log)
  }

  private static func tell(_ error: any Error, _ route: String, to log: Logger) {
    let known = BillRunError(describing: error)
    log.error(
      "\(known.message)",
      metadata: [
        "code": "\(known.code)", "route": "\(route)",
        "status": "\(APIError(describing: error).status)",
      ])
  }

  private static func response(_ answer: Answer) -> Response {
    var headers = HTTPFields()
    for (name, value) in answer.headers {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    if ![204, 304].contains(answer.status) { headers[.contentType] = answer.type }
    headers[.cacheControl] = "no-store"
    var response = Response(
      status: .init(code: answer.status), headers: headers,
      body: answer.bytes.map { .init(byteBuffer: ByteBuffer(bytes: $0)) }
        ?? (answer.body.isEmpty ? .init() : .init(byteBuffer: ByteBuffer(string: answer.body))))
    // Of what has not changed it would be another length (RFC 9110, 8.6).
    if answer.status == 304 { response.headers[.contentLength] = nil }
    return response
  }
}

/// What is known of a request beside what it says.
struct ServerContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Who is connected; a proxy, as a rule.
  let address: SocketAddress?

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    address = source.channel.remoteAddress
  }
}
