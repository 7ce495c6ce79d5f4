// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The files of `jobs/`, as the tools that read them see them, and as what they start does.
@Suite(.serialized) struct JobsTests {
  private static let jobs = PackageFolder.path + "/jobs"
  private static let analyze = "systemd-analyze is not installed: apt-get install systemd"
  private static let promtool = "promtool is not there: scripts/setup --peers"

  /// The names of the files of a folder of `jobs/` that end so.
  private static func files(_ folder: String, _ end: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(jobs)/\(folder)")
      .filter { $0.hasSuffix(end) }.sorted()
  }

  /// The commands that the units and the crontab start, each as a line of shell.
  private static func commands() throws -> [String] {
    let units = try files("systemd", ".service").flatMap { name in
      try lines(of: "systemd/\(name)").compactMap { $0.after("ExecStart=/usr/bin/") }
    }.filter { $0.hasPrefix("billrun ") }
    let times = try lines(of: "crontab").filter { $0.first?.isNumber == true || $0.first == "*" }
    return units
      + times.map {
        $0.split(separator: " ", maxSplits: 6, omittingEmptySubsequences: true)[6].description
      }
  }

  private static func lines(of file: String) throws -> [String] {
    try String(contentsOfFile: "\(jobs)/\(file)", encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  @Test("units and crontab start the same commands, and each has a timer")
  func samePlan() throws {
    let timers = try Self.files("systemd", ".timer").map { $0.dropLast(".timer".count) }
    #expect(timers.count == 6)
    for timer in timers {
      #expect(try Self.files("systemd", ".service").contains("\(timer).service"))
      #expect(try Self.lines(of: "systemd/\(timer).timer").contains("Persistent=yes"))
      let service = try Self.lines(of: "systemd/\(timer).service")
      #expect(service.contains("OnFailure=billrun-failure@%N.service"))
      let command = try #require(service.compactMap { $0.after("ExecStart=/usr/bin/") }.first)
      #expect(try Self.lines(of: "crontab").contains { $0.contains("; \(command) >$log") })
    }
  }

  @Test(
    "systemd takes every unit as it is",
    .enabled(if: Peer.isExecutable("systemd-analyze"), Comment(rawValue: Self.analyze)))
  func unitsVerify() async throws {
    let folder = try TemporaryFolder()
    let outcome = try await Shell(database: nil).run(
      """
      cp -r jobs/systemd/. '\(folder.path)' && cd '\(folder.path)' &&
      sed -i "s|/usr/bin/billrun|$(command -v billrun)|" *.service &&
      for unit in *.service *.timer; do systemd-analyze --man=no verify "./$unit" || exit; done
      """)
    #expect(outcome.status == 0 && outcome.output + outcome.story == "", "\(outcome)")
  }

  @Test(
    "every service is exposed by 2.0 at most",
    .enabled(if: Peer.isExecutable("systemd-analyze"), Comment(rawValue: Self.analyze)))
  func unitsAreClosed() async throws {
    let outcome = try await Shell(database: nil).run(
      """
      cd jobs/systemd && for unit in *.service; do
        systemd-analyze security --offline=true --threshold=20 --no-pager "./$unit" || exit
      done
      """)
    #expect(outcome.status == 0, "\(outcome)")
    let count = outcome.output.components(separatedBy: "Overall exposure level").count - 1
    #expect(try count == Self.files("systemd", ".service").count)
  }

  @Test(
    "the alert rules pass their tests",
    .enabled(if: Peer.isExecutable("promtool"), Comment(rawValue: Self.promtool)))
  func rules() async throws {
    let outcome = try await Shell(database: nil).run(
      """
      cd jobs/prometheus && promtool check rules billrun.rules.yml &&
      promtool test rules billrun.rules.test.yml
      """)
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test("alerts only look at figures that are written")
  func rulesKnowFigures() throws {
    let book = try String(
      contentsOfFile: PackageFolder.path + "/docs/OPERATIONS.md", encoding: .utf8)
    let names = try Self.lines(of: "prometheus/billrun.rules.yml").joined(separator: " ")
      .split { !($0.isLetter || $0.isNumber || $0 == "_") }.filter { $0.hasPrefix("billrun_") }
    #expect(names.count > 8)
    for name in names { #expect(book.contains("`\(name)"), "\(name)") }
  }

  @Test("what the jobs start runs in new books, and tells its metrics")
  func commandsRun() async throws {
    let folder = try TemporaryFolder()
    try await withTemporaryDatabase(migrated: true) { database in
      let shell = Shell(
        database: TemporaryDatabase.url(database: database.name),
        variables: ["BILLRUN_METRICS_FILE": "\(folder.path)/billrun.prom", "tell": "exit $?"])
      for command in try Self.commands() {
        let line = "cd '\(folder.path)' && { \(command); }"
        let outcome = try await shell.run(line)
        #expect(outcome.status == 0 && outcome.story == "", "\(command): \(outcome)")
      }
    }
    let written = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    let names = ["charge", "chase", "run", "send", "verify"]
    #expect(
      written
        == (names.map { "billrun-\($0).prom" } + (names + ["report"]).map { "\($0).log" }).sorted())
    guard Peer.isExecutable("promtool") else { return }
    let outcome = try await Shell(database: nil).run(
      "for file in '\(folder.path)'/*.prom; do promtool check metrics <\"$file\" || exit; done")
    #expect(outcome.status == 0 && outcome.output + outcome.story == "", "\(outcome)")
  }

  @Test("cron is told what somebody should know of, and 75 is nothing")
  func cron() async throws {
    let folder = try TemporaryFolder()
    let tell = try #require(
      try Self.lines(of: "crontab").compactMap { $0.after("tell='") }.first?.dropLast())
    for (code, said) in [(0, ""), (75, ""), (65, "held\nleft with 65\n")] {
      let outcome = try await Shell(database: nil, variables: ["tell": String(tell)]).run(
        "log='\(folder.path)/log'; sh -c 'echo held; exit \(code)' >$log || eval \"$tell\"")
      #expect(outcome.output == said && outcome.story == "")
    }
  }

  @Test("metrics that cannot be written change no exit status", arguments: ["send", "verify"])
  func unwritten(_ command: String) async throws {
    try await withTemporaryDatabase(migrated: true) { database in
      let shell = Shell(
        database: TemporaryDatabase.url(database: database.name),
        variables: ["BILLRUN_METRICS_FILE": "/nowhere/billrun.prom"])
      let outcome = try await shell.run("billrun \(command)")
      #expect(outcome.status == 0)
      #expect(outcome.story.hasPrefix("billrun: metrics not written, on /nowhere/billrun-"))
    }
  }

  @Test("a failure leaves the last success as it was")
  func lastSuccess() async throws {
    let folder = try TemporaryFolder()
    let variables = ["BILLRUN_METRICS_FILE": "\(folder.path)/billrun.prom"]
    func value(_ name: String) throws -> String? {
      try String(contentsOfFile: "\(folder.path)/billrun-run.prom", encoding: .utf8)
        .split(separator: "\n").first { $0.hasPrefix("billrun_\(name){") }?
        .split(separator: " ").last.map(String.init)
    }
    let line = "billrun run --as-of today --only bill"
    try await withTemporaryDatabase(migrated: true) { database in
      let url = TemporaryDatabase.url(database: database.name)
      let outcome = try await Shell(database: url, variables: variables).run(line)
      #expect(outcome.status == 0)
    }
    let before = try #require(try value("last_success_timestamp_seconds"))
    let gone = Shell(database: "postgresql:///?host=/nowhere", variables: variables)
    let outcome = try await gone.run(line)
    #expect(outcome.status == 69)
    #expect(try value("last_success_timestamp_seconds") == before)
    #expect(try value("exit_code") == "69")
  }

  @Test("lines for the journal carry their priority, and JSON Lines are asked for")
  func log() async throws {
    let line = "billrun check --database 'host=/nowhere'"
    let journal = try await Shell(database: nil).run(
      "f=$(mktemp); JOURNAL_STREAM=$(stat -c %d:%i $f) \(line) 2>$f; cat $f; rm $f")
    #expect(journal.output.hasPrefix("<3>database"), "\(journal)")
    #expect(journal.output.contains(" code=database_unavailable exit_code=69 hint="))
    let elsewhere = try await Shell(database: nil, variables: ["JOURNAL_STREAM": "8:1"]).run(line)
    #expect(elsewhere.story.hasPrefix("billrun: database"))
    let json = try await Shell(database: nil, variables: ["BILLRUN_LOG": "json"]).run(line)
    #expect(json.story.contains(#""level" : "error""#) || json.story.contains(#""level":"error""#))
    #expect(json.story.split(separator: "\n").count == 1 && json.status == 69)
  }

  @Test("each shell takes its completions", arguments: ["bash", "zsh", "fish"])
  func completions(_ shell: String) async throws {
    let folder = try TemporaryFolder()
    let file = "'\(folder.path)/completions'"
    let made = try await Shell(database: nil).run(
      "billrun --generate-completion-script \(shell) >\(file)")
    #expect(made.status == 0 && made.story == "")
    let outcome = try await Shell(database: nil).run(
      "grep -q billrun \(file) && { ! command -v \(shell) >/dev/null || \(shell) -n \(file); }")
    #expect(outcome.status == 0 && outcome.story == "", "\(outcome)")
  }

  @Test(
    "the manual page has every command, and groff takes it",
    .enabled(if: Peer.hasPython, Comment(rawValue: Peer.pythonMissing)))
  func manual() async throws {
    let folder = try TemporaryFolder()
    let page = "\(folder.path)/billrun.1"
    let outcome = try await Shell(database: nil).run(
      """
      billrun --experimental-dump-help | scripts/manual 0 >'\(page)' &&
      { ! command -v groff >/dev/null || groff -K utf8 -man -ww -z -Tutf8 '\(page)'; }
      """)
    #expect(outcome.status == 0 && outcome.story == "", "\(outcome)")
    let text = try String(contentsOfFile: page, encoding: .utf8)
    for command in ["run", "invoice write\\-off", "payment refund", "verify"] {
      #expect(text.contains(".SS \"billrun \(command)\"\n"), "\(command)")
    }
    #expect(text.contains(".TP\n.B 75\n"))
  }

  @Test("the version begins with the number, and knows a commit only from an archive")
  func version() async throws {
    let outcome = try await Shell(database: nil).run("billrun --version")
    #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+( \([0-9a-f]{7,}\))?\n/) != nil)
  }
}

extension String {
  /// What follows a prefix; nil when the text does not begin with it.
  fileprivate func after(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
