// SPDX-License-Identifier: Apache-2.0

extension OpenAPI {
  /// What everybody may ask for, without a key: `APIResponder` answers it, not the table of routes.
  static let openPaths = JSONTree.fields([
    "/health": get("whether the server lives", ["200": json("Health")]),
    "/ready": get(
      "whether all books can be reached: 200 or 503",
      ["200": json("Readiness"), "503": json("Readiness")]),
    "/metrics": get(
      "figures for Prometheus", ["200": answer("text/plain", Shape.schema(of: "string"))]),
    "/openapi.json": get(
      "this document", ["200": answer("application/json", Shape.schema(of: "map"))]),
    "/oauth/token": .fields([
      "post": .fields([
        "operationId": .string("post /oauth/token"),
        "summary": .string("a token for a client's id and secret (RFC 6749, 4.4)"),
        "security": .array([]), "requestBody": body("TokenRequest"),
        "responses": .fields([
          "200": json("Token"),
          "default": .fields(["$ref": .string("#/components/responses/ZuoraRefused")]),
        ]),
      ])
    ]),
  ])

  private static func get(
    _ summary: String, _ answers: KeyValuePairs<String, JSONTree>
  ) -> JSONTree {
    .fields([
      "get": .fields([
        "summary": .string(summary), "security": .array([]),
        "responses": .object(answers.map { .init(name: $0.key, value: $0.value) }),
      ])
    ])
  }

  private static func json(_ shape: String) -> JSONTree {
    answer("application/json", Shape.reference(shape))
  }

  private static func answer(_ type: String, _ schema: JSONTree) -> JSONTree {
    .fields([
      "description": .string("What was asked for."),
      "content": .fields([type: .fields(["schema": schema])]),
    ])
  }
}
