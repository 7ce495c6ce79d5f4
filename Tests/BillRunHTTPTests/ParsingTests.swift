// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import TestSupport
import Testing

@testable import BillRunHTTP

/// What comes in as text, before anybody acts on it.
@Suite struct ParsingTests {
  @Test(
    "JSON is read and written as it stands, numbers by their digits",
    arguments: [
      #"{"a":[1,-0.10,1e3,12345678901234567890.123456789012],"b":{"c":null,"d":true}}"#,
      #"{"a":"ü \" \\ / x"}"#, "{}",
    ])
  func json(_ text: String) throws {
    #expect(try JSONTree(parsing: Array(text.utf8)).text == text)
  }

  @Test("escapes are characters, a pair of surrogates one")
  func escapes() throws {
    let tree = try JSONTree(parsing: Array(#"{"a":"\u00fc\ud83d\ude00\n\/"}"#.utf8))
    #expect(tree["a"] == .string("ü😀\n/"))
  }

  @Test(
    "what is no JSON is refused, with the place",
    arguments: [
      "", "{", "{\"a\"}", "{\"a\":}", "[1,]", "{\"a\":1,}", "{\"a\":01}", "{\"a\":1.}",
      "{\"a\":+1}",
      "{\"a\":\"\t\"}", #"{"a":"\ud83d"}"#, #"{"a":"\u0000"}"#, #"{"a":"\x"}"#, "{} {}", "nul",
      "{\"a\":1,\"a\":2}", #"{"a":"\u+123"}"#, "{\"a\":1e131}",
      "{\"a\":\(String(repeating: "1", count: 65))}", String(repeating: "[", count: 40),
    ])
  func malformed(_ text: String) {
    #expect(throws: JSONTree.Malformed.self) { try JSONTree(parsing: Array(text.utf8)) }
  }

  @Test(
    "a form is the object that its brackets say",
    arguments: [
      ("a=1&b=x+y%C3%BC", #"{"a":"1","b":"x yü"}"#),
      ("amount=1.50&draft=true&name=7", #"{"amount":1.50,"draft":true,"name":"7"}"#),
      ("m[k]=v&m[l]=w", #"{"m":{"k":"v","l":"w"}}"#),
      ("i[][n]=a&i[][quantity]=2&i[][n]=b", #"{"i":[{"n":"a","quantity":2},{"n":"b"}]}"#),
      ("i[0][n]=a&i[1][n]=b&i[0][m]=c", #"{"i":[{"n":"a","m":"c"},{"n":"b"}]}"#),
      ("t[]=a&t[]=b", #"{"t":["a","b"]}"#), ("a=", #"{"a":null}"#),
      ("i[0][n]=a&i[10][n]=c&i[2][n]=b", #"{"i":[{"n":"a"},{"n":"b"},{"n":"c"}]}"#),
      ("t[1]=b&t[0]=a&t[]=c", #"{"t":["a","b","c"]}"#),
      ("id=7&attachments[]=1", #"{"id":7,"attachments":[1]}"#),
      (
        "i[][n]=a&i[][discounts][]=x&i[][discounts][]=y&i[][n]=b",
        #"{"i":[{"n":"a","discounts":["x","y"]},{"n":"b"}]}"#
      ),
      (
        "i[][t][][r]=1&i[][t][][r]=2&i[][m][a]=1&i[][m][b]=2&i[][m][a]=3",
        #"{"i":[{"t":[{"r":"1"},{"r":"2"}],"m":{"a":"1","b":"2"}},{"m":{"a":"3"}}]}"#
      ),
      ("metadata[c]=", #"{"metadata":{"c":""}}"#),
      ("metadata[7]=x&metadata[b]=y", #"{"metadata":{"7":"x","b":"y"}}"#),
      ("sent=1&chase=0&name=1", #"{"sent":true,"chase":false,"name":"1"}"#),
    ])
  func forms(_ form: String, _ json: String) {
    #expect(FormText(form)?.tree(as: .named("NewInvoice"))?.text == json)
  }

  @Test(
    "what is not encoded or bracketed as it should be is none",
    arguments: ["a=%", "a=%zz", "a=%00"])
  func noForm(_ text: String) {
    #expect(FormText(text) == nil)
    #expect(FormText("a[b=1")?.tree(as: nil) == nil)
    #expect(FormText("id=7")?.tree(as: .named("NewPlan"))?.text == #"{"id":"7"}"#)
  }

  @Test(
    "a name that stands twice is told, and two meanings of one are none",
    arguments: [
      ("a=1&b=2", nil), ("a=1&a=1", "a"), ("m[k]=1&m[l]=2&m[k]=3", "m[k]"),
      ("i[0][n]=1&i[0][n]=2", "i[0][n]"), ("i[][n]=1&i[][n]=2", nil),
    ])
  func twice(_ text: String, _ name: String?) {
    #expect(FormText(text)?.repeated == name)
    for text in [
      "i=5&i[][n]=a", "i[][n]=a&i=5", "i[][n]=a&i[n]=b", "m[k]=a&m[]=b", "i[0]=a&i[01]=b",
      "i[-1]=a&i[0]=b",
    ] {
      #expect(FormText(text)?.tree(as: nil) == nil, "\(text)")
    }
  }

  @Test("a key may ask so often, twice as often at once, and again when time has passed")
  func rate() {
    let limiter = RateLimiter(perSecond: 2)
    let start = ContinuousClock.now
    let first = (0..<5).map { _ in limiter.take("a", at: start) == nil }
    #expect(first == [true, true, true, true, false])
    #expect(limiter.take("b", at: start) == nil)
    #expect(limiter.take("a", at: start + .milliseconds(400)) != nil)
    #expect(limiter.take("a", at: start + .milliseconds(500)) == nil)
  }

  @Test("each route has a path of its own, and stands in docs/HTTP.md with its scope")
  func routes() throws {
    let page = try String(contentsOfFile: PackageFolder.path + "/docs/HTTP.md", encoding: .utf8)
    for route in Routes.all {
      let row = "| \(route.method.rawValue) | `\(route.path)` | \(route.scope.rawValue) |"
      #expect(page.contains(row), "\(row)")
    }
    let rows = page.split(separator: "\n").filter { line in
      Route.Method.allCases.contains { line.hasPrefix("| \($0.rawValue) | `/") }
    }
    #expect(rows.count == Routes.all.count)
    #expect(Set(Routes.all.map { "\($0.method) \($0.path)" }).count == Routes.all.count)
  }

  @Test("settings of the server are read, and wrong ones told with their line")
  func settings() throws {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/billrun.yaml"
    func read(_ text: String) throws -> ServeSettings {
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      return try Settings(flags: .init(file: file), environment: [:]).serve
    }
    let serve = try read(
      "serve:\n  port: 9000\n  books: [{schema: one, database: user=one}, {schema: two}]\n"
    )
    #expect(serve.port == 9000 && serve.address == "127.0.0.1")
    #expect(
      serve.books == [
        .init(schema: "one", database: "user=one"), .init(schema: "two", database: nil),
      ])
    for (wrong, code) in [
      ("  port: 65536\n", "settings_value_wrong"), ("  colour: red\n", "settings_key_unknown"),
      ("  books: []\n", "settings_value_wrong"),
      ("  books: [{schema: A}]\n", "settings_value_wrong"),
      ("  books: [{schema: a}, {schema: a}]\n", "settings_value_wrong"),
      ("  books: [{schema: a, database: 'password=x'}]\n", "settings_hold_secret"),
    ] {
      let error = #expect(throws: BillRunError.self) { try read("serve:\n" + wrong) }
      #expect(error?.code == code, "\(wrong): \(String(describing: error))")
    }
  }
}
