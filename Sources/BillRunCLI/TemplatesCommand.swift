// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun

/// Looks after templates, languages and letterheads.
struct TemplatesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "templates", abstract: "Show and check the templates of documents and mail.",
    subcommands: [List.self, Show.self, Check.self])

  /// `billrun templates list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the templates, and which are your own.")

    @OptionGroup var options: GlobalOptions

    func run() throws {
      try show(DocumentDesk(options.loadSettings()).templates, on: options.output)
    }
  }

  /// `billrun templates show NAME`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a template, to begin one of your own with.")

    @Argument(help: "The name, as invoice.html.") var name: String

    @OptionGroup var options: GlobalOptions

    func run() throws {
      try options.output.text(DocumentDesk(options.loadSettings()).template(name))
    }
  }

  /// `billrun templates check`.
  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fill in each template with an invented document, and say what is wrong.",
      discussion: """
        Looks at languages and letterheads, too. Exits with 78 when something is wrong; only the \
        documents that need it are held by that.
        """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let entries = try await DocumentDesk(options.loadSettings()).check()
      try show(entries, on: options.output)
      if entries.contains(where: { $0.trouble != nil }) { throw ExitStatus.configuration }
    }
  }

  private static func show(_ entries: [DocumentDesk.Entry], on output: Output) throws {
    guard output.isJSON else {
      for entry in entries {
        let whose = entry.isOwn ? ", your own" : ""
        try output.line(
          "\(entry.trouble == nil ? "ok " : "bad") \(entry.name)\(whose)"
            + (entry.trouble.map { ": \($0.message)" } ?? ""))
      }
      return
    }
    try output.json { writer in
      writer.array { list in
        for entry in entries {
          list.object {
            $0.field("object", "template")
            $0.field("name", entry.name)
            $0.field("own", entry.isOwn)
            $0.field("code", entry.trouble?.code)
            $0.field("message", entry.trouble?.message)
          }
        }
      }
    }
  }
}
