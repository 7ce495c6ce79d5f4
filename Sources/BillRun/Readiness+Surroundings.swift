// SPDX-License-Identifier: Apache-2.0
import Glibc
import Postgres
import SQLFiles
import Transport

extension Readiness {
  /// Looks at what the server promises, and whether all lanes find a place.
  mutating func lookAtServerSettings(lanes: Int, _ connection: Connection) async throws {
    let rows = try await connection.query(Statement(SQLFiles.readServerSettings), [])
    let off = try ["fsync", "full_page_writes", "synchronous_commit"].filter {
      try !rows.bool(0, rows.column($0))
    }
    let free = try Int(rows.int32(0, rows.column("free")))
    // The run's own connection, and one for what else is at work.
    let needed = lanes + 2
    if free < needed {
      return note(
        "server settings", "\(free) connections are free, \(lanes) lanes need \(needed)",
        advice: "--lanes with fewer, or a larger max_connections in postgresql.conf")
    }
    guard off.isEmpty else {
      return note(
        "server settings",
        "\(off.joined(separator: ", ")) off, so a power cut can lose what was billed",
        advice: "psql -c 'alter system reset \(off[0])', unless these books are for trying things")
    }
    note("server settings", "what is committed stays, \(free) connections are free")
  }

  /// Tells when the daily commands last did something, in whole hours.
  mutating func lookAtHistory(at moment: Int64, _ connection: Connection) async throws {
    let rows = try await connection.query(Statement(SQLFiles.listLastSuccesses), [])
    let last = try rows.map { row in
      let age = try row.optionalInt64(1).map { "\(Self.age(moment - $0)) ago" } ?? "never"
      return "\(try row.string(0)) \(age)"
    }
    note("last success", last.joined(separator: ", "))
  }

  /// Tells whether drafts and entries of bank statements wait for a person, and whether a seller's
  /// last run was refused.
  mutating func lookAtRuns(_ connection: Connection) async throws {
    let entries = try await Attention.read(seller: nil, on: connection).bankEntries
    if entries > 0 {
      note(
        "bank entries", "\(Figure.count(entries)) of statements open",
        advice: "billrun bank entries --open")
    }
    let waiting = try await WaitingDrafts.list(seller: nil, on: connection)
    if let first = waiting.first {
      let count = waiting.reduce(0) { $0 + $1.drafts }
      let runs = Set(waiting.map(\.run)).sorted().map { "run \($0)" }
      note(
        "drafts",
        "\(Figure.counted(count, "draft")) of \(runs.joined(separator: ", ")) "
          + (count == 1 ? "waits" : "wait"), advice: first.command)
    } else {
      note("drafts", "none waits to be posted")
    }
    guard let refused = try await RefusedRun.list(seller: nil, on: connection).first else {
      return note("runs", "none was refused last")
    }
    note("runs", refused.seller, trouble: refused.error)
  }

  private static func age(_ seconds: Int64) -> String {
    switch max(seconds, 0) {
    case ..<3_600: "\(max(seconds, 0) / 60) min"
    case ..<172_800: "\(seconds / 3_600) h"
    default: "\(seconds / 86_400) days"
    }
  }

  /// Looks whether the keys of the gateways can be read, and with `connects` whether somebody
  /// answers at their addresses.
  public mutating func lookAtGateways(_ settings: Settings, connects: Bool) async {
    do {
      let names = try GatewaySet(settings).names
      let client = HTTPClient()
      for gateway in settings.gateways {
        guard connects, case .stripe(let base, _, _) = gateway.kind else { continue }
        do {
          _ = try await client.send(
            HTTPRequest(.get, base.text + "/", timeout: .seconds(20)))
        } catch {
          throw BillRunError(
            .unavailable, code: "gateway_unavailable",
            "gateway not reachable, on \(gateway.name), \(error)",
            hint: "curl -I \(base.text), and base_url in the settings")
        }
      }
      note("gateways", names.joined(separator: ", ") + (connects ? ", who answer" : ""))
    } catch {
      note("gateways", "settings", trouble: BillRunError(describing: error))
    }
  }
}

extension Readiness {
  /// Looks whether reports can be read where the settings say, and how far a standby is behind
  /// `database`.
  public mutating func lookAtReports(_ settings: Settings) async {
    guard let url = settings.reportDatabase else { return }
    do {
      let written = try await Database(settings).connect()
        .query(Statement(SQLFiles.readWalPosition), [])
      let standby = try await Database(url: url, schema: settings.schema).open()
      let read = try await standby.query(
        Statement(SQLFiles.readReplicaLag), [.string(written.optionalString(0, 0))])
      guard try read.bool(0, read.column("is_standby")) else {
        return note("reports", "another database, no standby")
      }
      let (bytes, age) = try (
        read.optionalInt64(0, read.column("behind")), read.optionalInt64(0, read.column("age"))
      )
      let behind = bytes.map { "\(Figure.count($0)) bytes behind" } ?? "its lag is not known"
      let last = age.map { ", its newest change is \(Self.age($0)) old" } ?? ""
      let isLate = (bytes ?? 0) > 16_777_216
      note(
        "reports", "a standby, \(behind)\(last)",
        advice: isLate ? "reports are as old as that: pg_stat_replication on the primary" : nil)
    } catch {
      note("reports", "settings", trouble: BillRunError(describing: error))
    }
  }

  /// Looks which ways out of the house the settings have, and whether their passwords and keys can
  /// be read, and with `connects` whether the mail server would take a message.
  public mutating func lookAtDelivery(_ settings: Settings, connects: Bool) async {
    do {
      let carriers = try CarrierSet(settings)
      if connects, let mail = carriers["email"] as? MailCarrier, let reason = await mail.greet() {
        let name = settings.mail?.address.text ?? ""
        throw BillRunError(
          .unavailable, code: "mail_server_unreachable",
          "mail server not ready, on \(name), \(reason)",
          hint: "server, user and password under mail in the settings; then billrun send --dry")
      }
      let ways = carriers.channels(composing: false).map { channel in
        channel == "email" ? "email by \(settings.mail?.address.text ?? "")" : channel
      }
      if let folder = settings.letters?.folder, unsafe access(folder, W_OK) != 0 {
        throw BillRunError(
          .ioError, code: "folder_unwritable", "folder not writable, on letters, \(folder)",
          hint: "mkdir -p \(folder), and give \(SystemUser.name) the right to write there")
      }
      note("delivery", ways.isEmpty ? "no way out is configured" : ways.joined(separator: ", "))
    } catch {
      note("delivery", "settings", trouble: BillRunError(describing: error))
    }
  }

  /// Looks whether templates, languages, letterheads and fonts are sound.
  public mutating func lookAtDocuments(_ settings: Settings) async {
    do {
      let entries = try await DocumentDesk(settings).check()
      guard let wrong = entries.first(where: { $0.trouble != nil }) else {
        let own = entries.count(where: \.isOwn)
        let whose = settings.templates.map { "\($0) with \(own) of your own" }
        return note("documents", whose ?? "the program's own templates")
      }
      note("documents", wrong.name, trouble: wrong.trouble)
    } catch {
      note("documents", "settings", trouble: BillRunError(describing: error))
    }
  }
}
