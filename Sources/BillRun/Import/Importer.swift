// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

/// Takes objects in from files, all of them or none, in one transaction.
///
/// The lines are copied into a staging table as they are and validated and inserted by SQL, in
/// sets: numbers stay exact, and there is no parser here. What each object may hold is a table of
/// fields; what its values must be is one statement an object, one rule a line.
public struct Importer: Sendable {
  /// Makes an importer.
  public init() {}

  /// Reads the files, `-` being standard input, and takes all their objects in.
  ///
  /// Objects may name one another in any order and across files. When a line is bad, nothing is
  /// taken in and the report says what is wrong; with `refusedFile`, the good lines are taken in
  /// and the others written there. Throws when a file cannot be read, when `refusedFile` has
  /// something in it, or when the database fails.
  public func run(
    files: [String], options: ImportOptions, on connection: Connection
  ) async throws -> ImportReport {
    let clock = ContinuousClock()
    let start = clock.now
    if let file = options.refusedFile { try ImportFaults.refuseToOverwrite(file) }
    await setBuffers(on: connection)
    // Standard input and pipes give what they have only once.
    let repeats = files.allSatisfy(LineSource.isFile)
    do {
      let report = try await connection.operation(repeats: repeats) { connection in
        let report = try Self.take(files, options, on: connection, since: start)
        guard report.isTaken else { throw Refusal(report: report) }
        return report
      }
      if report.lines >= Self.linesWorthAnalyzing {
        try await connection.run(script: SQLFiles.importAnalyze.text, name: "import_analyze")
      }
      return report
    } catch let refusal as Refusal {
      return refusal.report
    }
  }

  /// Rolls the transaction back.
  private struct Refusal: Error {
    let report: ImportReport
  }

  /// From here on the planner's older knowledge of the tables would mislead the first run.
  private static let linesWorthAnalyzing = 10_000

  /// Of fewer the planner need not know how many there are.
  private static let linesWorthCounting = 100

  /// Asks for room for the staging tables.
  private func setBuffers(on connection: Connection) async {
    do {
      _ = try await connection.query(Statement(SQLFiles.importSetBuffers), [])
    } catch {
      // A session that has used temporary tables keeps its room: the import is only slower.
    }
  }

  /// Takes files in within the caller's transaction; bad lines leave it to be rolled back.
  static func take(
    _ files: [String], _ options: ImportOptions, on connection: isolated Connection,
    since start: ContinuousClock.Instant
  ) throws -> ImportReport {
    try open(options, forMany: true, on: connection)
    var staging = ImportStaging()
    try staging.load(files, on: connection)
    let lists = try options.isOfLists ? TakenList.find(staging, options, on: connection) : []
    let report = try take(staging, options, on: connection, since: start)
    if report.isTaken {
      try record(report, files, by: nil, on: connection)
      for list in lists { try list.record(on: connection) }
    }
    return report
  }

  /// Takes objects in that somebody has as text, a line each, within the caller's transaction.
  ///
  /// Throws `BillRunError` with all that is wrong with them.
  @discardableResult
  public func take(
    _ text: DocumentText, at moment: Int64, by user: String,
    overruling overruled: Set<ImportOptions.Caution> = [], on connection: isolated Connection
  ) throws -> ImportReport {
    var options = ImportOptions(listedErrors: 100, now: moment)
    options.overruled = overruled
    options.user = user
    try Self.open(options, forMany: text.bytes.count > Self.manyBytes, on: connection)
    var staging = ImportStaging()
    try staging.load(text, on: connection)
    let report = try Self.take(staging, options, on: connection, since: .now)
    guard report.isTaken else {
      throw BillRunError(
        .dataError, code: "import_refused",
        "nothing written, \(report.faults.map(\.description).joined(separator: "; "))",
        field: report.faults.first?.field)
    }
    try Self.record(report, [text.name], by: user, on: connection)
    return report
  }

  /// Makes the staging tables, and says what they may hold.
  private static func open(
    _ options: ImportOptions, forMany many: Bool, on connection: isolated Connection
  ) throws {
    try StagingTables.open(forMany: many, on: connection)
    try connection.enqueue(
      Statement(SQLFiles.importSetMemberStates), [.stringArray(TaxID.memberStates)])
    if options.isOfLists {
      try connection.execute(Statement(SQLFiles.importOnlyPayments), [])
      StagingTables.forget(on: connection)
    }
  }

  /// A text with more is one of many objects: statements are planned for it.
  private static let manyBytes = 1 << 16

  /// Takes in what is staged.
  private static func take(
    _ staging: ImportStaging, _ options: ImportOptions, on connection: isolated Connection,
    since start: ContinuousClock.Instant
  ) throws -> ImportReport {
    let moment = Parameter.timestamptz(unixSeconds: options.now)
    if staging.lines >= linesWorthCounting {
      try connection.run(script: SQLFiles.importAnalyzeLines.text, name: "import_analyze_lines")
    }
    for file in [
      SQLFiles.importSplitParts, SQLFiles.importFindShapes, SQLFiles.importCheckShapes,
      SQLFiles.importCheckRepeats, SQLFiles.importSetLinesAside, SQLFiles.importSetPartsAside,
    ] {
      try connection.execute(Statement(file), [])
    }
    let counts = try takeStages(options, at: moment, on: connection)
    let faults = ImportFaults(staging: staging, options: options)
    return try faults.report(counts, since: start, on: connection)
  }

  /// Takes in object after object, and returns what became of the lines of each.
  private static func takeStages(
    _ options: ImportOptions, at moment: Parameter, on connection: isolated Connection
  ) throws -> [ImportReport.Count] {
    let present = try connection.query(Statement(SQLFiles.importCountObjects), [])
    let objects = try Set(present.indices.map { try present.string($0, 0) })
    var counts: [ImportReport.Count] = []
    for stage in ImportStage.all where objects.contains(stage.object) {
      for file in stage.reading {
        try connection.execute(Statement(file), file.takesMoment ? [moment] : [])
      }
      for caution in stage.cautions where !options.overruled.contains(caution.caution) {
        try connection.execute(Statement(caution.check), [])
      }
      counts.append(try write(stage, options, at: moment, on: connection))
      for file in stage.following {
        try connection.execute(Statement(file), file.takesMoment ? [moment] : [])
      }
    }
    _ = try connection.query(Statement(SQLFiles.importMoveSequences), [])
    return counts
  }

  /// Writes the good lines of an object, and returns what became of them.
  private static func write(
    _ stage: ImportStage, _ options: ImportOptions, at moment: Parameter,
    on connection: isolated Connection
  ) throws -> ImportReport.Count {
    guard let writing = stage.writing else {
      return stage.object == "payment"
        ? try PaymentStage(moment: options.now, user: options.user ?? SystemUser.name).take(
          on: connection)
        : try InvoiceImport(skipsKnown: options.skipsKnown).take(at: moment, on: connection)
    }
    let again = Parameter.bool(options.overruled.contains(.again))
    let outcome = try connection.query(
      Statement(writing), stage.object == "subscription_change" ? [again] : [])
    return ImportReport.Count(
      object: stage.object, created: Int(try outcome.int64(0, 0)),
      updated: Int(try outcome.int64(0, 1)), unchanged: Int(try outcome.int64(0, 2)))
  }

  /// Leaves an event that tells of the import.
  private static func record(
    _ report: ImportReport, _ files: [String], by user: String?,
    on connection: isolated Connection
  ) throws {
    var detail = JSONWriter()
    detail.object {
      if let user { $0.field("os_user", user) }
      $0.field("files", array: { list in files.forEach { list.string($0) } })
      $0.field("lines", report.lines)
      $0.field("refused", report.refusedLines)
      $0.field("objects", array: { list in report.counts.forEach { $0.write(to: &list) } })
    }
    try connection.execute(Statement(SQLFiles.importRecordEvent), [.jsonb(detail.text)])
  }
}

extension SQLFile {
  /// Whether the statement has a parameter: in a stage this is the moment of the import.
  fileprivate var takesMoment: Bool { text.contains("$1") }
}
