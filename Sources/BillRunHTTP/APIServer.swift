// SPDX-License-Identifier: Apache-2.0
public import BillRun
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import ServiceLifecycle

/// The server: sets of books over HTTP, in the manner of two public APIs.
///
/// It has no rule of billing: a route reads a request, calls what the command line calls, and
/// writes the answer. It speaks plain HTTP; a proxy with TLS stands before it.
public struct APIServer: Sendable {
  private let settings: ServeSettings
  private let books: [String: Book]
  private let clock: WallClock
  private let log: Logger

  /// Makes a server of the books, each with its settings, of which the first say how to listen;
  /// port 0 is any that is free.
  public init(
    _ books: [Settings], port: Int? = nil, clock: WallClock = .system, log: Logger
  ) {
    var settings = books.first?.serve ?? ServeSettings()
    if let port { settings.port = port }
    self.settings = settings
    self.books = Dictionary(books.map { ($0.schema, Book($0)) }) { first, _ in first }
    self.clock = clock
    self.log = log
  }

  /// Listens until the stop is asked for: then requests end, and no further one begins.
  ///
  /// `onListening` is given the port. Throws `BillRunError` where a set of books does not fit this
  /// program, and what the system says where the address is not to be had.
  public func run(
    until stop: StopSignal, onListening: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws {
    for book in books.values {
      try await book.open(clock)
    }
    let tidying = Task { await tidyHourly() }
    defer { tidying.cancel() }
    let responder = APIResponder(books: books, settings: settings, clock: clock, log: log)
    let channel = HTTP1Channel.Configuration(
      additionalChannelHandlers: [ContinueHandler()],
      idleTimeout: .seconds(Int64(settings.idleSeconds)),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: settings.maxHeaderKilobytes << 10,
        maxHeaderListSize: settings.maxHeaderKilobytes << 10, maxHeaderFieldCount: 200))
    let application = Application(
      responder: responder, server: .http1(configuration: channel),
      configuration: .init(address: .hostname(settings.address, port: settings.port)),
      onServerRunning: { onListening($0.localAddress?.port ?? 0) }, logger: log)
    var configuration = ServiceGroupConfiguration(services: [application], logger: log)
    configuration.maximumGracefulShutdownDuration = .seconds(settings.stopSeconds)
    let group = ServiceGroup(configuration: configuration)
    stop.onRequest { Task { await group.triggerGracefulShutdown() } }
    do {
      try await group.run()
    } catch is CancellationError {
      log.notice("requests were cut off", metadata: ["seconds": "\(settings.stopSeconds)"])
    }
    for book in books.values { await book.close() }
  }

  private func tidyHourly() async {
    while true {
      do { try await Task.sleep(for: .seconds(3600)) } catch { return }
      for book in books.values {
        do {
          try await book.tidy()
        } catch {
          log.warning("not tidied: \(BillRunError(describing: error).message)")
        }
      }
    }
  }
}
