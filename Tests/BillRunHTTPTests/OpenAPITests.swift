// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import BillRunHTTP

/// The document of the routes, and what happens to a server that is attacked by it.
@Suite struct OpenAPITests {
  @Test("each route stands in the document, with shapes that there are")
  func routes() throws {
    let paths = try #require(OpenAPI.document["paths"])
    for route in Routes.all {
      let path = route.path.replacing(/:(\w+)/) { "{\($0.1)}" }
      let operation = paths[path]?[route.method.rawValue.lowercased()]
      let answer = operation?["responses"]?["\(route.status)"]
      #expect(answer?["description"] != nil, "\(route.method) \(route.path)")
      #expect((answer?["content"] == nil) == (route.gives == nil), "\(route.path)")
    }
    let open = ["/health", "/ready", "/metrics", "/openapi.json", "/oauth/token"]
    #expect(OpenAPI.openPaths.fields.map(\.name) == open)
    #expect(paths.fields.flatMap(\.value.fields).count == Routes.all.count + open.count)
    let schemas = Set(try #require(OpenAPI.document["components"]?["schemas"]).fields.map(\.name))
    for name in Self.references(OpenAPI.document) {
      let parts = name.split(separator: "/")
      #expect(parts[2] != "schemas" || schemas.contains(String(parts[3])), "\(name)")
    }
    // A word that is none would be taken for the only value there is.
    let values = Shape.all.flatMap(\.fields).map(\.word).filter { !$0.contains("|") }
    let wrong = Set(values).filter { word in
      let schema = Shape.schema(of: word)
      return schema["enum"] != nil && !Self.constants.contains(word)
    }
    #expect(wrong == [])
  }

  @Test("what an invoice is made from and what a change has are not the same fields")
  func invoices() throws {
    let made = try #require(Shape.named("NewInvoice"))
    let change = try #require(Shape.named("InvoiceChange"))
    #expect(Set(made.fields.map(\.name)).isSuperset(of: ["id?", "customer", "items"]))
    #expect(!made.has("sent") && change.has("sent"))
    #expect(!change.has("id") && !change.has("customer"))
    #expect(change.fields.allSatisfy { $0.name.hasSuffix("?") })
    let schema = OpenAPI.document["components"]?["schemas"]?["InvoiceChange"]
    #expect(schema?["additionalProperties"] == .bool(false))
  }

  @Test(
    "thousands of requests by the document, well formed and not: no 500, no answer that breaks it",
    .enabled(if: Clients.python != nil, "\(Clients.missing)"))
  func attack() async throws {
    try await LiveServer.with(serve: "  requests_per_second: 100000\n") { server in
      let outcome = try await Clients.run(
        "attack.py", ["http://127.0.0.1:\(server.port)", server.key, "50", "1"])
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.story)")
      let cases = try #require(
        outcome.output.firstMatch(of: /(\d+) cases/).flatMap { Int($0.1) }, "\(outcome.output)")
      #expect(cases >= 10_000)
      #expect(try await server.books.offences() == [])
    }
  }

  /// Values that stand alone.
  private static let constants: Set<String> = [
    "line_item", "discount", "coupon", "tax", "tax_rate", "email", "attachment", "file", "customer",
    "item", "plan", "subscription", "pending_line_item", "payment", "event", "invoice",
    "invoice_item", "Account", "Yes", "subscription_preview",
    "health", "ok", "readiness", "client_credentials", "bearer",
  ]

  private static func references(_ tree: JSONTree) -> [String] {
    tree.fields.flatMap { field in
      field.name == "$ref" ? [field.value.plain ?? ""] : references(field.value)
    } + tree.elements.flatMap(references)
  }
}
