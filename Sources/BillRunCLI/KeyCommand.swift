// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// Makes keys for the server, lists them, and takes them back.
struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Make, list and revoke the keys of billrun-serve.",
    subcommands: [Create.self, List.self, Revoke.self])

  /// `billrun key create NAME --scope read`.
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a key, and show it this once.",
      discussion: """
        The key is the user name of basic authentication, or a bearer; client id and secret are \
        the same for OAuth. Only SHA-256 digests are kept. Events name the key as api:NAME.
        """)

    @Argument(help: "What events call it: lower-case letters, digits, dots and dashes.")
    var name: String

    @Option(
      help: ArgumentHelp("What it opens: read, write, operate; several times.", valueName: "scope"))
    var scope: [APIKey.Scope] = [.read]

    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let connection = try await options.connect()
      let (name, scopes) = (name, Array(Set(scope)).sorted { $0.rawValue < $1.rawValue })
      let made = try await connection.operation {
        try APIKeyStore(by: SystemUser.name).create(name, scopes, on: $0)
      }
      if options.output.isJSON {
        try options.output.json { made.key.write(made, to: &$0) }
        return
      }
      try options.output.text(
        """
        key            \(made.secret)
        client id      \(made.key.clientID)
        client secret  \(made.clientSecret)
        opens          \(made.key.scopeText)

        """)
      options.output.note("they are shown this once: keep them where secrets are kept")
    }
  }

  /// `billrun key list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the keys in force, without the keys themselves.")

    @Flag(help: "Also those that are revoked.") var all = false

    @OptionGroup var list: ListOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let connection = try await options.connect()
      let all = all
      let keys = try await APIKeyStore(by: SystemUser.name).list(revoked: all, on: connection)
      let shown = list.limit.map { Array(keys.prefix($0)) } ?? keys
      let output = list.output(options)
      guard !output.isJSON else {
        var list = JSONList(to: output)
        for key in shown { try list.append { key.write(to: &$0) } }
        return try list.finish()
      }
      var table = TextTable([
        ("name", .left), ("opens", .left), ("made by", .left), ("state", .left),
        ("client id", .left),
      ])
      for key in shown {
        let state = key.revoked != nil ? "revoked" : key.lastUsed == nil ? "never used" : "in use"
        table.add([key.name, key.scopeText, key.createdBy, state, key.clientID])
      }
      try output.text(table.text)
    }
  }

  /// `billrun key revoke NAME`.
  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Revoke a key at once, with the tokens that it was exchanged for.")

    @Argument(help: "The key's name.") var name: String
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let connection = try await options.connect()
      let name = name
      try await connection.operation {
        try APIKeyStore(by: SystemUser.name).revoke(name, on: $0)
      }
      let output = options.output
      if output.isJSON {
        try output.json { writer in
          writer.object {
            $0.field("object", "api_key")
            $0.field("name", name)
            $0.field("revoked", true)
          }
        }
      } else {
        try output.line("key \(name) is revoked")
      }
    }
  }
}
