// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Transport

/// What the program is told from outside: flags before environment before `billrun.yaml`.
///
/// This is the only reader of the environment. libpq reads its own `PG*` variables, and they fill
/// in whatever `database` leaves open.
public struct Settings: Sendable {
  /// libpq's connection string or URI; empty when only the `PG*` variables tell.
  public let database: String

  /// Where reports are read instead, such as a hot standby; nil for nowhere else.
  public let reportDatabase: String?

  /// The schema with the set of books.
  public let schema: String

  /// How many connections bill at the same time; nil when not told.
  public let lanes: Int?

  /// Where the pages for customers are reached, without a slash at the end; nil when they are not.
  public let publicURL: String?

  /// What the tokens of links are made with, beside the secret of the books; nil for that alone.
  let links: HookSettings?

  /// The folder with the seller's own templates; nil for those of the program.
  public let templates: String?

  /// The file beside which each command writes its metrics, see `MetricsFile`; nil for none.
  public let metricsFile: String?

  /// How large a file may be that is kept for attachments, in megabytes of 2^20 bytes.
  public let maxFileMegabytes: Int

  /// The gateways by name; `simulated` is always among them.
  public let gateways: [GatewaySettings]

  /// The mail server; nil for none.
  public let mail: MailSettings?

  /// Who sends text messages; nil for nobody.
  public let sms: HookSettings?

  /// How webhooks are signed; nil where there are none.
  public let webhooks: HookSettings?

  /// Where letters go; nil for nowhere.
  public let letters: LetterSettings?

  /// What a run's drafts are held against before they are posted; nil: they are posted at once.
  public let gate: GateLimits?

  /// How the server listens, and for which books.
  public let serve: ServeSettings

  private let environment: [String: String]

  /// The variables of the environment that this process was started with.
  public static var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// The settings file that is read, if it is there, when `--settings` names none.
  public static let usualFile = "/etc/billrun/billrun.yaml"

  /// Puts together flags, environment and settings file.
  ///
  /// Throws `BillRunError` when the file cannot be read or something in it, or in a variable, is
  /// wrong.
  public init(
    flags: Flags = Flags(), environment: [String: String] = Settings.environment,
    usualFile: String = Settings.usualFile
  ) throws {
    let file = try Self.file(named: flags.file, usual: usualFile)
    try Self.refusePassword(flags.database, "--database")
    try Self.refusePassword(flags.reportDatabase, "--report-database")
    database = flags.database ?? environment.filled("DATABASE_URL") ?? file.database ?? ""
    // Who names a database on the command line means that one.
    let usual = environment.filled("REPORT_DATABASE_URL") ?? file.reportDatabase
    reportDatabase = flags.reportDatabase ?? (flags.database == nil ? usual : nil)
    schema = flags.schema ?? environment.filled("BILLRUN_SCHEMA") ?? file.schema ?? "billing"
    guard Self.isPlainName(schema) else {
      throw BillRunError(
        flags.schema == nil ? .configuration : .usage, code: "schema_name_wrong",
        "a schema's name is lower-case letters, digits and _, on schema, got '\(schema)'",
        hint: "billrun … --schema billing")
    }
    lanes = file.lanes
    publicURL = file.publicURL
    links = file.links
    templates = file.templates
    metricsFile = environment.filled("BILLRUN_METRICS_FILE") ?? file.metricsFile
    maxFileMegabytes = file.maxFileMegabytes ?? 10
    gateways = file.gateways ?? [.simulated]
    mail = file.mail
    sms = file.sms
    webhooks = file.webhooks
    letters = file.letters
    gate = file.gate
    serve = file.serve ?? ServeSettings()
    self.environment = environment
  }

  /// The secret that an environment variable holds; nil when it is unset or empty.
  public func secret(inVariable name: String) -> String? { environment.filled(name) }

  /// The secret in a file that nobody else may read.
  ///
  /// A path without a slash is the name of a credential that systemd has put into
  /// `$CREDENTIALS_DIRECTORY`, where there is one. Throws `BillRunError` as `SecretFile` does.
  func secret(inFile path: String) throws -> Secret {
    guard !path.contains("/"), let folder = environment.filled("CREDENTIALS_DIRECTORY") else {
      return try SecretFile.secret(at: path)
    }
    return try SecretFile.secret(at: "\(folder)/\(path)", isCredential: true)
  }

  private static func refusePassword(_ database: String?, _ flag: String) throws {
    guard let database, holdsPassword(database) else { return }
    throw BillRunError(
      .usage, code: "secret_in_flag", "a password was given, on \(flag), where others see it",
      hint: "PGPASSWORD=… billrun …, or a line in ~/.pgpass")
  }

  private static func file(named name: String?, usual: String) throws -> SettingsFile {
    if let name { return try SettingsFile(path: name) }
    guard FileManager.default.fileExists(atPath: usual) else { return SettingsFile() }
    return try SettingsFile(path: usual)
  }

  /// Whether it is a name that PostgreSQL takes as it stands, of at most 63 bytes.
  static func isPlainName(_ name: String) -> Bool {
    let isLetter = { (byte: UInt8) in 97...122 ~= byte || byte == UInt8(ascii: "_") }
    guard let first = name.utf8.first, isLetter(first), name.utf8.count <= 63 else { return false }
    return name.utf8.allSatisfy { isLetter($0) || 48...57 ~= $0 }
  }

  /// Whether a connection string or URI carries a password.
  static func holdsPassword(_ database: String) -> Bool {
    let words = database.split { " ?&\t\n".contains($0) }
    let keys = words.compactMap { $0.split(separator: "=").first }
    if keys.contains("password") || keys.contains("sslpassword") { return true }
    guard let scheme = database.firstRange(of: "://") else { return false }
    let authority = database[scheme.upperBound...].prefix { !"/?#".contains($0) }
    guard let at = authority.lastIndex(of: "@") else { return false }
    return authority[..<at].contains(":")
  }
}

extension Settings {
  /// What the command line says; nil where it says nothing.
  public struct Flags: Sendable {
    /// `--database`: libpq's connection string or URI, without a password.
    public var database: String?

    /// `--report-database`: the same, for reports alone.
    public var reportDatabase: String?

    /// `--schema`.
    public var schema: String?

    /// `--settings`: the path of the settings file.
    public var file: String?

    /// Collects the flags.
    public init(
      database: String? = nil, reportDatabase: String? = nil, schema: String? = nil,
      file: String? = nil
    ) {
      self.database = database
      self.reportDatabase = reportDatabase
      self.schema = schema
      self.file = file
    }
  }
}

extension [String: String] {
  /// The value of a variable; nil when it is unset or empty.
  fileprivate func filled(_ name: String) -> String? {
    guard let value = self[name], !value.isEmpty else { return nil }
    return value
  }
}
