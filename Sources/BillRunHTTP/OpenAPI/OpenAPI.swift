// SPDX-License-Identifier: Apache-2.0
import BillRun

/// The document that describes the routes (OpenAPI 3.1), made from their table.
enum OpenAPI {
  /// As JSON text.
  static let text = document.text

  static let document = JSONTree.fields([
    "openapi": .string("3.1.0"),
    "info": .fields([
      "title": .string("billrun"), "version": .string(Version.text),
      "description": .string("Sets of books in the manner of Invoiced and of Zuora."),
      "license": .fields([
        "name": .string("Apache-2.0"), "identifier": .string("Apache-2.0"),
      ]),
    ]),
    "paths": paths,
    "components": .fields([
      "schemas": schemas, "parameters": .object(parameters.map { .init(name: $0, value: $1) }),
      "responses": .fields([
        "Refused": refusal("Error"), "ZuoraRefused": refusal("ZuoraError"),
      ]),
      "securitySchemes": .fields([
        "key": .fields([
          "type": .string("http"), "scheme": .string("basic"),
          "description": .string("The key is the user name; there is no password."),
        ]),
        "bearer": .fields([
          "type": .string("http"), "scheme": .string("bearer"),
          "description": .string("A key, or a token of POST /oauth/token."),
        ]),
      ]),
    ]),
  ])

  private static var schemas: JSONTree {
    let changes = Set(Routes.all.compactMap(\.takes).filter { $0.hasSuffix("?") })
    return .object(
      Shape.all.flatMap { shape in
        var found = [JSONTree.Field(name: shape.name, value: shape.schema)]
        if changes.contains(shape.name + "?") {
          found.append(.init(name: changed(shape.name), value: shape.change))
        }
        return found
      })
  }

  /// The schema `NewInvoice`, of which any field may be left out, is `ChangedInvoice`.
  private static func changed(_ name: String) -> String {
    "Changed" + (name.hasPrefix("New") ? name.dropFirst(3) : name[...])
  }

  // MARK: - Paths

  private static var paths: JSONTree {
    var names: [String] = []
    var found: [String: [JSONTree.Field]] = [:]
    for route in Routes.all {
      let path = template(route.path)
      if found[path] == nil { names.append(path) }
      found[path, default: []].append(
        .init(name: route.method.rawValue.lowercased(), value: operation(route)))
    }
    return .object(names.map { .init(name: $0, value: .object(found[$0] ?? [])) })
      .merging(openPaths)
  }

  /// `/invoices/:id` as `/invoices/{id}`.
  private static func template(_ path: String) -> String {
    path.split(separator: "/").map { $0.hasPrefix(":") ? "/{\($0.dropFirst())}" : "/\($0)" }
      .joined()
  }

  private static func operation(_ route: Route) -> JSONTree {
    let segments = route.path.split(separator: "/")
    var operation = JSONTree.fields([
      "operationId": .string("\(route.method.rawValue.lowercased()) \(route.path)"),
      "summary": .string(route.does),
      "description": .string("Needs a key with the scope \(route.scope.rawValue)."),
      "security": .array([.fields(["key": .array([])]), .fields(["bearer": .array([])])]),
    ])
    var names = segments.filter { $0.hasPrefix(":") }.map { String($0.dropFirst()) } + route.query
    if route.method != .get { names.append("Idempotency-Key") }
    if route.isConditional { names.append("If-Match") }
    let isRead = route.method == .get && route.isTagged
    if isRead { names.append("If-None-Match") }
    if !names.isEmpty {
      operation["parameters"] = .array(
        names.map { .fields(["$ref": .string("#/components/parameters/\($0)")]) })
    }
    if let takes = route.takes { operation["requestBody"] = body(takes) }
    var others: [JSONTree.Field] = []
    // What a charge comes to may be known later only.
    if segments.last == "pay" { others.append(.init(name: "202", value: answer(route))) }
    if isRead {
      others.append(.init(name: "304", value: .fields(["description": .string("As it was.")])))
    }
    operation["responses"] = JSONTree.object(others).merging(
      .fields([
        "\(route.status)": answer(route),
        "default": .fields([
          "$ref": .string(
            "#/components/responses/\(route.dialect == .zuora ? "ZuoraRefused" : "Refused")")
        ]),
      ]))
    return operation
  }

  static func body(_ takes: String) -> JSONTree {
    let isChange = takes.hasSuffix("?")
    let name = isChange ? changed(String(takes.dropLast())) : takes
    let content = JSONTree.fields(["schema": Shape.reference(name)])
    let needsOne = Shape.all.contains { $0.name == takes && $0.schema["required"] != nil }
    return .fields([
      "required": .bool(needsOne),
      "content": .fields([
        "application/json": content, "application/x-www-form-urlencoded": content,
      ]),
    ])
  }

  private static func answer(_ route: Route) -> JSONTree {
    guard let gives = route.gives else { return .fields(["description": .string("Done.")]) }
    var answer = JSONTree.fields([
      "description": .string("What was asked for."), "content": content(Shape.schema(of: gives)),
    ])
    if gives.hasPrefix("["), route.method == .get {
      let text = JSONTree.fields([
        "required": .bool(true), "schema": .fields(["type": .string("string")]),
      ])
      answer["headers"] = .fields(["Link": text, "X-Total-Count": text])
    }
    return answer
  }

  private static func refusal(_ shape: String) -> JSONTree {
    .fields([
      "description": .string("Refused: the status tells of what kind the trouble is."),
      "content": content(Shape.reference(shape)),
    ])
  }

  private static func content(_ schema: JSONTree) -> JSONTree {
    .fields(["application/json": .fields(["schema": schema])])
  }

  // MARK: - Parameters

  private static let parameters: [(String, JSONTree)] = [
    ("id", parameter("id", .path, "An id, or the number of a document or customer.")),
    ("page", parameter("page", .query, "From 1.", "integer")),
    ("per_page", parameter("per_page", .query, "At most 100.", "integer")),
    ("cursor", parameter("cursor", .query, "The id after which the list goes on.", "integer")),
    ("page_size", parameter("page_size", .query, "At most 99.", "integer")),
    ("pageSize", parameter("pageSize", .query, "At most 99.", "integer")),
    ("sort", parameter("sort", .query, "A field, then asc or desc.")),
    ("start_date", parameter("start_date", .query, "A UNIX timestamp or a day, inclusive.")),
    ("end_date", parameter("end_date", .query, "A UNIX timestamp or a day, inclusive.")),
    ("expand", parameter("expand", .query, "customer")),
    ("filter", parameter("filter", .query, "As filter[customer]=12.", "map")),
    ("metadata", parameter("metadata", .query, "As metadata[color]=red.", "map")),
    ("filters", parameter("filter[]", .query, "As account_id.EQ:12.", "[string]")),
    (
      "cancel_at_period_end",
      parameter("cancel_at_period_end", .query, "At the end of its period.", "boolean")
    ),
    (
      "Idempotency-Key",
      parameter("Idempotency-Key", .header, "The same key has one effect, and the same answer.")
    ),
    (
      "If-Match",
      parameter("If-Match", .header, "The ETag of what is to be changed; 412 where it is another.")
    ),
    (
      "If-None-Match",
      parameter("If-None-Match", .header, "The ETag that is known; 304 where it is still that.")
    ),
  ]

  private enum Place: String { case path, query, header }

  private static func parameter(
    _ name: String, _ place: Place, _ about: String, _ word: String = "string"
  ) -> JSONTree {
    var parameter = JSONTree.fields([
      "name": .string(name), "in": .string(place.rawValue), "description": .string(about),
      "required": .bool(place == .path), "schema": Shape.schema(of: word),
    ])
    if word == "map" {
      parameter["style"] = .string("deepObject")
      parameter["schema"]?["additionalProperties"] = Shape.schema(of: "string")
    }
    return parameter
  }
}
