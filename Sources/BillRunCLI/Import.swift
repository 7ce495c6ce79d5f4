// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun

/// `billrun import`: takes objects in from files.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take in sellers, plans, customers, subscriptions and the like from files.",
    discussion: """
      Files are JSON Lines, or CSV when their name ends so; - is standard input. Objects may name \
      one another in any order and across files. All of them are taken in, or nothing and a \
      list of what \
      is wrong. Exits with 65 when lines were refused.
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: ArgumentHelp("The files.", valueName: "file"))
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "Take the good lines, and write the others with their reasons to this file.",
      valueName: "file"))
  var acceptGood: String?

  @Flag(help: "Pass over invoices whose ids are known, instead of refusing them.")
  var skipKnown = false

  @OptionGroup var cautions: CautionOptions

  func run() async throws {
    try await ImportFiles(
      files: files, acceptGood: acceptGood, skipsKnown: skipKnown, overruled: cautions.overruled,
      command: "billrun import"
    ).run(options)
  }
}

/// What is taken although it is more often a slip than meant.
struct CautionOptions: ParsableArguments {
  @Flag(help: "Take payments, and changes undone since, that are recorded already.")
  var again = false
  @Flag(help: "Take payments of days more than 366 days back.") var yes = false

  var overruled: Set<ImportOptions.Caution> {
    Set((again ? [.again] : []) + (yes ? [.farBack] : []))
  }
}

/// Takes in files and tells what became of them.
struct ImportFiles {
  let files: [String]
  let acceptGood: String?
  var skipsKnown = false
  var isOfLists = false
  var overruled: Set<ImportOptions.Caution> = []
  /// How the command is called, for hints.
  let command: String

  func run(_ options: GlobalOptions) async throws {
    let connection = try await options.connect()
    var wanted = ImportOptions(refusedFile: acceptGood, now: WallClock.system.now())
    wanted.skipsKnown = skipsKnown
    wanted.isOfLists = isOfLists
    wanted.overruled = overruled
    let report = try await Importer().run(files: files, options: wanted, on: connection)
    if options.json {
      try options.output.json { report.write(to: &$0) }
    } else {
      for fault in report.faults { options.output.note(fault.description) }
      let unlisted = report.faultCount - report.faults.count
      if unlisted > 0 { options.output.note("and \(unlisted) more") }
      for count in report.counts { try options.output.line(count.description) }
      if report.lines == 0 {
        try options.output.line("0 objects, \(files.joined(separator: ", ")) has no lines")
      }
    }
    if report.refusedLines > 0 { throw refusal(report) }
  }

  private func refusal(_ report: ImportReport) -> BillRunError {
    let refused = "\(report.refusedLines) of \(report.lines) lines are bad"
    guard let acceptGood else {
      return BillRunError(
        .dataError, code: "import_refused", "nothing imported, \(refused)",
        hint: "\(command) --accept-good refused.jsonl \(files.joined(separator: " "))")
    }
    return BillRunError(
      .dataError, code: "lines_refused", "the rest imported, \(refused), see \(acceptGood)",
      hint: "\(command) \(acceptGood), after it is mended")
  }
}

/// `billrun payment import FILE…`.
struct PaymentImport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Record the payments of a bank's list, in CSV or JSON Lines.",
    discussion: """
      CSV with the columns amount, currency and date, and of customer, invoice, reference and \
      method those that are known. A payment goes to the invoice it names, else to those whose \
      numbers stand in its reference, else to the customer's oldest due. One that is recorded \
      already by its reference is left as it is. All rows are taken, or none and a list of what is \
      wrong with which. The same file is taken once, and a row without a reference that equals a \
      recorded payment is refused, unless --again. Exits with 65 when rows were refused.
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: ArgumentHelp("The files.", valueName: "file"))
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "Take the good rows, and write the others with their reasons to this file.",
      valueName: "file"))
  var acceptGood: String?

  @OptionGroup var cautions: CautionOptions

  func run() async throws {
    try await ImportFiles(
      files: files, acceptGood: acceptGood, isOfLists: true, overruled: cautions.overruled,
      command: "billrun payment import"
    ).run(options)
  }
}
