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
  /// Looks which ways out of the house the settings have, and whether their passwords and keys can
  /// be read; speaks to nobody.
  public mutating func lookAtDelivery(_ settings: Settings) {
    do {
      let carriers = try CarrierSet(settings)
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
