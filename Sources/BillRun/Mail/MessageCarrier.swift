// SPDX-License-Identifier: Apache-2.0

/// Takes messages of one channel out of the house.
protocol MessageCarrier: Sendable {
  /// Carries a message as far as it gets, and tells how far that was; the same message may come
  /// again when nobody knows.
  func carry(_ message: OutgoingMessage) async -> Delivery
}

/// What became of a message in one try.
struct Delivery: Sendable {
  /// How it ended.
  enum End: Sendable, Equatable {
    /// It has arrived.
    case sent
    /// Whom it is for cannot be reached.
    case bounced
    /// It will never arrive.
    case failed
    /// It is tried again; after so many seconds where somebody said so.
    case later(Int?)
    /// It was not tried, and counts for nothing.
    case untried
  }

  /// What is wrong with the way, as opposed to with the message.
  enum Trouble: Sendable {
    /// Nothing.
    case none
    /// Nobody answers, or not as they should.
    case silent
    /// Nothing can be sent before somebody has changed the settings.
    case barred
  }

  /// An address that a server has refused.
  struct Refusal: Sendable {
    let address: String
    let reason: String
    /// Whether nothing is sent there any more.
    let isStopped: Bool
  }

  var end: End
  /// Why, as a word in snake case; nil when all is well.
  var code: String?
  /// Why, in words.
  var reason: String?
  /// What the other side said last.
  var answer: String?
  /// Addresses that have it now.
  var accepted: [String] = []
  /// Addresses that will not have it.
  var refused: [Refusal] = []
  var trouble = Trouble.none

  /// It has arrived.
  static func sent(_ answer: String?) -> Delivery { Delivery(end: .sent, answer: answer) }

  /// It will never arrive.
  static func failed(_ code: String, _ reason: String) -> Delivery {
    Delivery(end: .failed, code: code, reason: reason)
  }

  /// It is tried again, since nobody answers as they should.
  static func silent(_ code: String, _ reason: String) -> Delivery {
    Delivery(end: .later(nil), code: code, reason: reason, trouble: .silent)
  }

  /// How long a message waits after so many tries, in seconds: 1, 5, 15 and 60 minutes, 4 hours,
  /// and then a day.
  static func pause(after tries: Int) -> Int {
    let pauses = [60, 300, 900, 3_600, 14_400]
    return tries < 1 ? pauses[0] : tries <= pauses.count ? pauses[tries - 1] : 86_400
  }
}
