// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// Says which services are told of events.
struct WebhookCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webhook", abstract: "Say which services are told of events.",
    subcommands: [Add.self, List.self, Remove.self])

  /// `billrun webhook add URL --event invoice_*`.
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Have a service told of events from now on, by signed POST requests.",
      discussion: """
        'billrun send' queues and sends them; the secret of webhooks in the settings signs them. \
        The address is https, or http on this machine.
        """)

    @Argument(help: "Where the requests go.") var url: String

    @Option(
      help: ArgumentHelp(
        "A kind of event, in which * stands for anything; several times. Default: all.",
        valueName: "kind"))
    var event: [String] = ["*"]

    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let settings = try options.loadSettings()
      let connection = try await Database(settings).open()
      let (url, kinds) = (url, event)
      let made = try await connection.operation {
        try WebhookStore(by: SystemUser.name).add(url, kinds, on: $0)
      }
      if options.output.isJSON {
        try options.output.json { made.write(to: &$0) }
      } else {
        try options.output.line("webhook \(made.id) is told of \(kinds.joined(separator: ", "))")
      }
      if settings.webhooks == nil {
        options.output.note(
          "warning: the settings have no secret to sign with, nothing is sent before they have: "
            + "webhooks: {secret_variable: NAME}")
      }
    }
  }

  /// `billrun webhook list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the services that are told, and what waits for them.")

    @OptionGroup var list: ListOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let all = try await WebhookStore(by: SystemUser.name).list(on: options.connect())
      let shown = list.limit.map { Array(all.prefix($0)) } ?? all
      let output = list.output(options)
      guard !output.isJSON else {
        var list = JSONList(to: output)
        for endpoint in shown { try list.append { endpoint.write(to: &$0) } }
        return try list.finish()
      }
      var table = TextTable([
        ("webhook", .right), ("events", .left), ("waiting", .right), ("failed", .right),
        ("address", .left),
      ])
      for one in shown {
        table.add([
          String(one.id), one.kinds.joined(separator: ", "), String(one.waiting),
          String(one.failed), one.url,
        ])
      }
      try output.text(table.text)
    }
  }

  /// `billrun webhook remove ID`.
  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Have a service told of nothing more; what waits for it is canceled.")

    @Argument(help: "The webhook's id.") var id: Int64
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let connection = try await options.connect()
      let id = id
      try await connection.operation {
        try WebhookStore(by: SystemUser.name).remove(id, on: $0)
      }
      let output = options.output
      if output.isJSON {
        try output.json { writer in
          writer.object {
            $0.field("object", "webhook_endpoint")
            $0.field("id", id)
            $0.field("removed", true)
          }
        }
      } else {
        try output.line("webhook \(id) is removed")
      }
    }
  }
}
