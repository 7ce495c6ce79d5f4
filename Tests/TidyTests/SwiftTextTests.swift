// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite struct SwiftTextTests {
  struct Row: CustomTestStringConvertible {
    let text: String
    let code: String

    var testDescription: String { text }
  }

  @Test(
    "code is told from comments and strings",
    arguments: [
      Row(text: #"let a = 1 // try!"#, code: "let a = 1        "),
      Row(text: #"a /* x /* y */ z */ b"#, code: "a                   b"),
      Row(text: #"say("try!") + b"#, code: "say(      ) + b"),
      Row(text: #"say("a \(b + "c") d", e)"#, code: "say(     b +        , e)"),
      Row(text: ##"say(#"a \(b) " c"#, d)"##, code: "say(              , d)"),
      Row(text: ##"say(#"\#(f(x))"#)"##, code: "say(     f(x)   )"),
      Row(text: #"say("\\") // x"#, code: #"say(    )     "#),
      Row(text: "say(\"\"\"\n  \"try!\" {\n  \"\"\")", code: "say(   \n          \n     )"),
      Row(text: #"say("", "")"#, code: "say(  ,   )"),
      Row(text: "let broken = \"\nnext", code: "let broken =  \nnext"),
    ])
  func code(row: Row) {
    #expect(SwiftText(row.text).only(.code) == row.code)
  }

  @Test("comments are kept when asked for")
  func comments() {
    #expect(SwiftText("a(\"b\") // c").only(.code, .comment) == "a(   ) // c")
  }
}
