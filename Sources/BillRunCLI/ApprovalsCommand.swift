// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import BillRun
import BillingCore
import Postgres

/// `billrun approvals`: four eyes.
struct ApprovalsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approvals",
    abstract: "Approve what somebody else asked for, and say for what a second person is wanted.",
    subcommands: [List.self, Approve.self, Decline.self, Rules.self, Want.self])

  /// `billrun approvals list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List what waits or was approved, the newest first.")

    @Flag(help: "Also what was done since, or declined.")
    var all = false

    @OptionGroup var list: ListOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let connection = try await options.connect()
      let found = try await Approval.list(open: !all, on: connection)
      let shown = list.limit.map { found.prefix($0) } ?? found[...]
      let output = list.output(options)
      if output.isJSON {
        var elements = JSONList(to: output)
        for one in shown { try elements.append { one.write(to: &$0) } }
        return try elements.finish()
      }
      if shown.isEmpty {
        try output.line("nothing waits for an approval")
        return
      }
      var table = TextTable([
        ("approval", .right), ("seller", .left), ("operation", .left), ("asked by", .left),
        ("approved by", .left), ("declined by", .left), ("done by", .left), ("what", .left),
      ])
      for one in shown {
        table.add([
          String(one.id), one.seller, one.operation,
          "\(one.requestedBy.login) (\(one.requestedBy.user))", one.approvedBy?.login ?? "",
          one.declined?.login ?? "", one.used?.login ?? "", one.facts,
        ])
      }
      try output.text(table.text)
    }
  }

  /// `billrun approvals approve N`.
  struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Approve what somebody with another login asked for.",
      discussion: """
        It is approved for just what stands in it: where that is another meanwhile, somebody asks \
        anew. Then whoever asked gives the same command again.
        """)

    @Argument(help: "The approval's number.") var number: Int64
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let approval = try await Approval.approve(
        number, by: SystemUser.name, on: try await options.connect())
      if options.json {
        try options.output.json { approval.write(to: &$0) }
      } else {
        try options.output.line("approved: \(approval.facts)")
      }
    }
  }

  /// `billrun approvals decline N`.
  struct Decline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say no to what was asked for, or to what was approved but not done.",
      discussion: """
        Whoever asked may, too: for what has become another thing meanwhile. Giving the command \
        again asks anew.
        """)

    @Argument(help: "The approval's number.") var number: Int64

    @Option(help: ArgumentHelp("Why, for those who read it later.", valueName: "text"))
    var reason: String?

    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let approval = try await Approval.decline(
        number, reason: reason, on: try await options.connect())
      if options.json {
        try options.output.json { approval.write(to: &$0) }
      } else {
        try options.output.line("declined: \(approval.facts)")
      }
    }
  }

  /// `billrun approvals rules`.
  struct Rules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List for what sellers want a second person.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let rules = try await ApprovalRule.list(on: try await options.connect())
      if options.json {
        var elements = JSONList(to: options.output)
        for rule in rules { try elements.append { rule.write(to: &$0) } }
        return try elements.finish()
      }
      if rules.isEmpty {
        try options.output.line("no seller wants a second person for anything")
        return
      }
      var table = TextTable([
        ("seller", .left), ("operation", .left), ("above", .right), ("set by", .left),
      ])
      for rule in rules { table.add([rule.seller, rule.operation, rule.above ?? "", rule.setBy]) }
      try options.output.text(table.text)
    }
  }

  /// `billrun approvals want OPERATION`.
  struct Want: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Want a second person for something, or no longer.",
      discussion: """
        Operations: \(Approval.Operation.allCases.map(\.rawValue).joined(separator: ", ")). \
        Whoever changes or ends a rule needs an approval for that, too.
        """)

    @Argument(help: "For what.") var operation: Approval.Operation

    @Option(help: ArgumentHelp("The seller.", valueName: "code"))
    var seller: String

    @Option(
      help: ArgumentHelp(
        "Only beyond this amount, in major units (write_off, refund).", valueName: "amount"))
    var above: String?

    @Flag(help: "No longer.")
    var never = false

    @OptionGroup var options: GlobalOptions

    func validate() throws {
      if let above, (ExactDecimal(above).map { $0.coefficient < 0 } ?? true) {
        throw ValidationError("--above is an amount, got '\(above)'")
      }
      if never && above != nil { throw ValidationError("--never and --above exclude each other") }
    }

    func run() async throws {
      let connection = try await options.connect()
      try await ApprovalRule.set(
        operation, of: seller, above: above, wanted: !never, on: connection)
      let rule = try await ApprovalRule.list(on: connection).first {
        $0.seller == seller && $0.operation == operation.rawValue
      }
      if options.json, let rule {
        try options.output.json { rule.write(to: &$0) }
      } else if !options.json {
        let beyond = above.map { " beyond \($0)" } ?? ""
        try options.output.line(
          never
            ? "\(operation.rawValue) of \(seller) needs no second person any more"
            : "\(operation.rawValue) of \(seller) needs a second person\(beyond)")
      }
    }
  }
}

extension Approval.Operation: ExpressibleByArgument {}

extension Approval {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "approval")
      $0.field("id", id)
      $0.field("seller", seller)
      $0.field("operation", operation)
      $0.field("facts", facts)
      $0.field("requested_by", requestedBy.login)
      $0.field("requested_os_user", requestedBy.user)
      $0.field("requested_at", requested)
      $0.field("approved_by", approvedBy?.login)
      $0.field("approved_os_user", approvedBy?.user)
      $0.field("approved_at", approved)
      $0.field("declined_by", declined?.login)
      $0.field("declined_at", declined?.at)
      $0.field("reason", declined?.reason)
      $0.field("used_by", used?.login)
      $0.field("used_at", used?.at)
    }
  }
}

extension ApprovalRule {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "approval_rule")
      $0.field("seller", seller)
      $0.field("operation", operation)
      $0.field("above", raw: above)
      $0.field("set_by", setBy)
    }
  }
}
