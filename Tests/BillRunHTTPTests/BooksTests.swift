// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import Postgres
import TestSupport
import Testing

@testable import BillRunHTTP

/// Two sets of books behind one server, each with a login of its own.
@Suite struct BooksTests {
  @Test("a key opens its own books: no route shows or changes what the others have")
  func others() async throws {
    try await Self.withTwo { server, other in
      let known = try await Self.fill(server, other)
      let before = try await Self.digest(server.books)
      for route in Routes.all {
        let collection = route.path.split(separator: "/").first.map(String.init) ?? ""
        let id = known[collection.replacing("credit_notes", with: "notes")] ?? known["invoices"]
        let path = route.path.replacing(":id", with: id ?? "1")
        let body = route.takes == nil ? nil : Self.body(of: route, known)
        let reply = try await server.send(route.method.rawValue, path, body)
        if route.path.contains(":id") {
          #expect(reply.status == 404, "\(route.method) \(path) \(reply)")
        } else if route.method == .get {
          #expect(reply.status == 200, "\(route.path) \(reply)")
          #expect(!reply.body.contains("Foreign"), "\(route.path)")
        } else {
          #expect(reply.status == 400 || !reply.body.contains("Foreign"), "\(route.path) \(reply)")
        }
      }
      #expect(try await Self.digest(server.books) == before)
      // Nor does a key get further under another name.
      let forged = other.replacing("brk_other_", with: "brk_billing_")
      #expect(try await server.send("GET", "/invoices", key: forged).status == 401)
    }
  }

  @Test("a login reads and writes its own schema only, by its rights")
  func rights() async throws {
    try await Self.withTwo { server, _ in
      let url = try await Self.url(of: server.books)
      let connection = try await Database(url: url, schema: "other").connect()
      for statement in ["select count(*) from billing.invoice", "delete from billing.customer"] {
        let error = await #expect(throws: PostgresError.self) {
          try await connection.run(script: statement)
        }
        #expect(error?.isPermissionDenied == true, "\(statement)")
      }
      await connection.close()
    }
  }

  @Test("books out of reach are 503 with a time to come again, the others go on, and they return")
  func unreachable() async throws {
    try await Self.withTwo { server, other in
      #expect(try await server.send("GET", "/invoices", key: other).status == 200)
      let login = try await Self.login(of: server.books)
      try await server.books.run(
        """
        alter role \(login) nologin;
        select pg_terminate_backend(pid) from pg_stat_activity where usename = '\(login)'
        """)
      for _ in 0..<2 {
        let gone = try await server.send("GET", "/invoices", key: other)
        #expect(gone.status == 503 && gone.headers["retry-after"] == "5", "\(gone)")
        #expect(!gone.body.contains(login), "\(gone)")
      }
      let ready = try await server.send("GET", "/ready", headers: ["Authorization": ""])
      #expect(ready.status == 503 && ready["books.0.ready"] == "1", "\(ready)")
      #expect(ready["books.1.schema"] == "other" && ready["books.1.ready"] == "0", "\(ready)")
      #expect(try await server.send("GET", "/invoices").status == 200)
      try await server.books.run("alter role \(login) login")
      let back = try await server.send("GET", "/invoices", key: other)
      #expect(back.status == 200, "\(back)")
    }
  }

  // MARK: - Two sets of books

  private static func name(of books: Books) async throws -> String {
    try await books.text("select current_database()::text")
  }

  private static func login(of books: Books) async throws -> String {
    try await name(of: books) + "_http"
  }

  private static func url(of books: Books) async throws -> String {
    TemporaryDatabase.url(database: try await name(of: books), user: try await login(of: books))
  }

  /// A server of the books `billing` and `other`, with a key of the latter.
  private static func withTwo(
    _ body: @Sendable (LiveServer, _ other: String) async throws -> Void
  ) async throws {
    try await LiveServer.with(
      others: { books in
        let shell = Shell(database: books.database.url)
        for command in ["migrate up --schema other", "migrate grants --schema other"] {
          let outcome = try await shell.run("billrun \(command)")
          #expect(outcome.status == 0, "\(outcome.story)")
        }
        let roles = Roles(of: "other", in: try await name(of: books))
        let login = try await login(of: books)
        try await books.run(
          """
          create role \(login) login
            in role \(roles.name(.operator)), \(roles.name(.run));
          set search_path = other;
          insert into seller (code, name, country, currency, time_zone)
          values ('foreign', 'Foreign', 'DE', 'usd', 'UTC');
          set search_path = billing
          """)
        return [
          try Settings(
            flags: .init(database: try await url(of: books), schema: "other"), environment: [:])
        ]
      }
    ) { server in
      let owner = try await Database(
        url: server.books.database.url, schema: "other"
      ).connect()
      let key = try await owner.operation {
        try APIKeyStore(by: "test").create("foreign", APIKey.Scope.allCases, on: $0).secret
      }
      await owner.close()
      try await body(server, key)
    }
  }

  /// Writes an object of each kind into the other books, and returns their ids by collection.
  private static func fill(_ server: LiveServer, _ key: String) async throws -> [String: String] {
    var known: [String: String] = [:]
    for (path, body) in [
      ("customers", #"{"id":901,"name":"Foreign"}"#),
      ("items", #"{"id":"foreign","name":"Foreign","unit_cost":1,"currency":"usd"}"#),
      (
        "plans",
        #"{"id":"foreign","name":"Foreign","amount":1,"currency":"usd","interval":"month"}"#
      ),
      ("coupons", #"{"id":"foreign","name":"Foreign","value":5}"#),
      ("tax_rates", #"{"id":"foreign","name":"Foreign","value":5}"#),
      ("subscriptions", #"{"id":902,"customer":901,"plan":"foreign","start_date":"2026-01-01"}"#),
      ("invoices", #"{"id":903,"customer":901,"items":[{"name":"Foreign","unit_cost":9}]}"#),
      ("payments", #"{"customer":901,"amount":1,"currency":"usd","reference":"Foreign"}"#),
    ] {
      let reply = try await server.send("POST", "/\(path)", body, key: key)
      #expect(reply.status == 201, "\(path) \(reply)")
      known[path] = reply["id"]
    }
    let run = try await server.send(
      "POST", "/v1/bill-runs", #"{"targetDate":"2026-01-01"}"#, key: key)
    known["v1"] = run["id"]
    known["notes"] = "904"
    return known
  }

  /// What a route takes, with names of the other books' objects in it.
  private static func body(of route: Route, _ known: [String: String]) -> String {
    switch route.takes {
    case "NewZuoraInvoice": #"{"account_id":"901","items":[{"name":"A","unit_amount":1}]}"#
    case "NewRestInvoice": #"{"accountId":"901","invoiceItems":[{"chargeName":"A","unitPrice":1}]}"#
    case "NewBillRun": #"{"billRunFilters":[{"filterType":"Account","accountId":"901"}]}"#
    case "NewPayment": #"{"customer":901,"amount":1,"currency":"usd"}"#
    case "NewInvoice": #"{"customer":901,"items":[{"name":"A","unit_cost":1}]}"#
    case "NewSubscription": #"{"customer":901,"plan":"foreign","start_date":"2026-01-01"}"#
    default: "{}"
    }
  }

  /// What the other books have, but for what keys and their use leave behind.
  private static func digest(_ books: Books) async throws -> [String] {
    var found: [String] = []
    for table in ["invoice", "customer", "subscription", "payment", "run", "event", "message"] {
      found += try await books.texts(
        "select '\(table) ' || md5(coalesce(string_agg(t::text, ' ' order by t::text), '')) "
          + "from other.\(table) t")
    }
    return found
  }
}
