// SPDX-License-Identifier: Apache-2.0
import Transport

/// The ways out of the house that the settings describe, by channel.
public struct CarrierSet: Sendable {
  private let carriers: [String: any MessageCarrier]
  /// The mail server's settings; nil for none.
  let mail: MailSettings?

  init(_ carriers: [String: any MessageCarrier], mail: MailSettings? = nil) {
    self.carriers = carriers
    self.mail = mail
  }

  /// Makes the ways of the settings, and speaks to nobody yet.
  ///
  /// Throws `BillRunError` with 78 when a password or a key is missing or cannot be read.
  public init(_ settings: Settings, clock: WallClock = .system) throws {
    var carriers: [String: any MessageCarrier] = [:]
    if let mail = settings.mail {
      let password = try mail.password.map { try settings.secret($0, of: "smtp", "password") }
      carriers["email"] = MailCarrier(mail, password: password)
    }
    if let sms = settings.sms {
      carriers["sms"] = HookCarrier(
        sms, key: try settings.secret(sms.key, of: "sms", "key"), clock: clock)
    }
    if let webhooks = settings.webhooks {
      carriers["webhook"] = HookCarrier(
        webhooks, key: try settings.secret(webhooks.key, of: "webhooks", "secret"), clock: clock)
    }
    if let letters = settings.letters {
      carriers["letter"] = LetterCarrier(letters, clock: clock)
    }
    self.init(carriers, mail: settings.mail)
  }

  /// Every channel that there is.
  public static let channels = ["email", "letter", "sms", "webhook"]

  subscript(channel: String) -> (any MessageCarrier)? { carriers[channel] }

  /// The channels that can be sent by; composing needs none of them, but for emails the domain.
  func channels(composing: Bool) -> [String] {
    Self.channels.filter { carriers[$0] != nil || composing && $0 != "email" }
  }

  /// How many messages are under way at once.
  var parallel: Int { mail?.parallel ?? 8 }

  /// The right side of Message-IDs.
  var domain: String { mail?.domain ?? "localhost" }

  /// For so many seconds a claim is good: twice as long as a message may take, and some more.
  var lease: Int32 { Int32(2 * (mail?.timeout ?? 300) + 300) }

  /// For so many seconds a message is tried.
  var giveUpAfter: Int32 { Int32((mail?.giveUpDays ?? 5) * 86_400) }
}

extension Settings {
  /// The secret from where a part of the settings says that it is.
  func secret(
    _ source: GatewaySettings.KeySource, of part: String, _ word: String
  ) throws -> Secret {
    switch source {
    case .file(let path): return try secret(inFile: path)
    case .variable(let variable):
      guard let secret = secret(inVariable: variable) else {
        throw BillRunError(
          .configuration, code: "secret_missing",
          "\(word) missing, on \(part), the variable \(variable) is not set",
          hint: "\(variable)=… billrun …, or \(word)_file in the settings")
      }
      return Secret(secret)
    }
  }
}
