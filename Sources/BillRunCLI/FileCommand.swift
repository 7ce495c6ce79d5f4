// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// Keeps files for attachments, and gives them back.
struct FileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "file", abstract: "Keep files to attach to invoices.",
    subcommands: [Add.self, Get.self])

  /// `billrun file add PATH`.
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep a file, and print the object whose id attachments name.")

    @Argument(help: "The file.") var path: String

    @Option(help: ArgumentHelp("The name that it goes by, if not its own.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("The type of its content, such as image/png.", valueName: "type"))
    var type: String?

    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let settings = try options.loadSettings()
      let connection = try await Database(settings).open()
      let store = FileStore(maxMegabytes: settings.maxFileMegabytes)
      let (path, name, type) = (path, name, type)
      let object = try await connection.operation {
        try store.add(path, name: name, type: type, on: $0)
      }
      try Output(format: .json).json { $0.raw(object) }
    }
  }

  /// `billrun file get ID --output FILE`.
  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the content of a file that is kept.")

    @Argument(help: "The file's id.") var id: Int64

    @Option(help: ArgumentHelp("Where to write it.", valueName: "file")) var output: String

    @Flag(help: "Write it over a file that is there.") var overwrite = false

    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let settings = try options.loadSettings()
      let connection = try await Database(settings).open()
      try await FileStore(maxMegabytes: settings.maxFileMegabytes)
        .get(id, to: output, overwriting: overwrite, on: connection)
    }
  }
}
