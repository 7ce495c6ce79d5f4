// SPDX-License-Identifier: Apache-2.0

/// Sends messages over SMTP, many at the same time on one thread, and keeps connections open.
///
/// A certificate is always verified. Nothing of a message is ever logged.
public final class MailClient: Sendable {
  private let queue = TransferQueue(label: "transport.mail")
  private let server: MailServer

  /// Makes a client of one server.
  public init(_ server: MailServer) { self.server = server }

  /// Sends a message, as the bytes that it shall have, to its recipients.
  ///
  /// One refused recipient does not keep it from the others. What was begun is not called back
  /// when the task is canceled; the time-out bounds it.
  public func send(
    _ message: [UInt8], from sender: String, to recipients: [String]
  ) async -> MailResult {
    let first = await attempt(message, sender, recipients, isFresh: false)
    // A connection that was kept open may have been closed by the server meanwhile, or may have
    // had enough messages; none of that is about this one.
    guard first.wasReused, first.result.isBeforeMessage else { return first.result }
    return await attempt(message, sender, recipients, isFresh: true).result
  }

  /// Connects, secures the connection and logs in as for a message, and sends none: `accepted` is
  /// a server that would take one.
  public func greet() async -> MailResult.End {
    await attempt([], "", [], isFresh: true).result.end
  }

  private func attempt(
    _ message: [UInt8], _ sender: String, _ recipients: [String], isFresh: Bool
  ) async -> MailTransfer.Answer {
    await withCheckedContinuation { continuation in
      queue.submit(
        MailTransfer(server, message, from: sender, to: recipients, isFresh: isFresh) {
          continuation.resume(returning: $0)
        })
    }
  }
}

extension MailResult {
  /// Whether it ended before the server has said anything of a recipient or the message.
  fileprivate var isBeforeMessage: Bool {
    guard recipients.isEmpty else { return false }
    switch end {
    case .broken(_, let mayBeAccepted): return !mayBeAccepted
    case .senderRefused(let reply): return !reply.isPermanent
    case .unreachable: return true
    case .accepted, .refused, .recipientsRefused, .loginRefused: return false
    }
  }
}
