// SPDX-License-Identifier: Apache-2.0

/// Where those who carry messages, the one who claims them and the one who writes meet: messages,
/// what became of them, and who waits.
actor SendBoard {
  /// What became of a message.
  struct Ending: Sendable {
    let message: OutgoingMessage
    let delivery: Delivery
  }

  private let blockSize: Int
  private let lowWater: Int
  /// The next one is the last.
  private var jobs: [OutgoingMessage] = []
  /// When it is too late to begin with the messages that are there: their claim lapses soon.
  private var lapse: ContinuousClock.Instant = .now
  private var endings: [Ending] = []
  private var underWay = 0
  /// Endpoints that are told of an event now, and those that have not taken one: they are told one
  /// after the other.
  private var busy: Set<Int64> = []
  private var stopped: Set<Int64> = []
  private var isSupplied = true
  private var isAbandoned = false
  private var isFlushed = false
  private var failures: [String: Int] = [:]
  private var carriers: [CheckedContinuation<OutgoingMessage?, Never>] = []
  private var writer: CheckedContinuation<[Ending]?, Never>?
  private var supplier: CheckedContinuation<Set<String>?, Never>?
  /// The channels that carry nothing more, with why.
  private(set) var down: [String: Delivery] = [:]
  /// The channels by which somebody has answered, and those by which nobody has, with why.
  private var answering: Set<String> = []
  private var silent: [String: Delivery] = [:]

  /// So many messages in a row that nobody takes, and their channel is down until the next start.
  static let maxFailures = 20

  init(blockSize: Int, lowWater: Int) {
    self.blockSize = blockSize
    self.lowWater = lowWater
  }

  // MARK: - Those who carry

  /// The next message; nil when nothing is left.
  func nextJob() async -> OutgoingMessage? {
    let job = pop()
    wake()
    if job != nil || isOver || isAbandoned { return job }
    return await withCheckedContinuation { carriers.append($0) }
  }

  /// Takes note of what became of a message.
  func end(_ message: OutgoingMessage, _ delivery: Delivery) {
    underWay -= 1
    if let endpoint = message.endpoint {
      busy.remove(endpoint)
      if ![.sent, .failed].contains(delivery.end) { stopped.insert(endpoint) }
    }
    let channel = message.channel
    switch delivery.trouble {
    case .none:
      failures[channel] = 0
      answering.insert(channel)
    case .barred: down[channel] = delivery
    case .silent:
      failures[channel, default: 0] += 1
      silent[channel] = delivery
      if failures[channel, default: 0] >= Self.maxFailures { down[channel] = delivery }
    }
    endings.append(Ending(message: message, delivery: delivery))
    wake()
  }

  /// The channels that nothing has gone by, with why: those that are down, and those by which
  /// nobody has answered.
  var troubles: [String: Delivery] {
    down.merging(silent.filter { !answering.contains($0.key) }) { down, _ in down }
  }

  // MARK: - The one who claims

  /// Waits until messages run low, and gives the channels that are down; nil when no more are
  /// wanted.
  func nextSupply() async -> Set<String>? {
    if !isSupplied || isAbandoned { return nil }
    if jobs.count < lowWater { return Set(down.keys) }
    return await withCheckedContinuation { supplier = $0 }
  }

  /// Brings messages whose claim is good until a moment; nil ends the supply.
  func bring(_ more: [OutgoingMessage]?, until moment: ContinuousClock.Instant) {
    if isAbandoned { return }
    guard let more, isSupplied else {
      isSupplied = false
      giveBack(more ?? [])
      return wake()
    }
    // What is there already was claimed before, and is over first.
    lapse = jobs.isEmpty ? moment : min(lapse, moment)
    jobs.insert(contentsOf: more.reversed(), at: 0)
    while !carriers.isEmpty, let job = pop() { carriers.removeLast().resume(returning: job) }
    wake()
  }

  /// Sends nothing more: what is under way ends.
  func stop() {
    isSupplied = false
    giveBack(jobs)
    jobs = []
    wake()
  }

  /// Lets everybody go: nothing is written any more.
  func abandon() {
    isAbandoned = true
    jobs = []
    wake()
  }

  // MARK: - The one who writes

  /// What to write next, as soon as there is something; nil when nothing is left.
  func nextBlock() async -> [Ending]? {
    if let block { return block }
    if isOver || isAbandoned {
      wake()
      return nil
    }
    return await withCheckedContinuation { writer = $0 }
  }

  /// Has written what there is, however little: a crash repeats no more than that.
  func flush() {
    isFlushed = !endings.isEmpty
    wake()
  }

  private var isOver: Bool {
    !isSupplied && jobs.isEmpty && underWay == 0 && endings.isEmpty
  }

  private func giveBack(_ messages: [OutgoingMessage]) {
    endings += messages.map { Ending(message: $0, delivery: Delivery(end: .untried)) }
  }

  private func pop() -> OutgoingMessage? {
    if !jobs.isEmpty, ContinuousClock.now >= lapse {
      giveBack(jobs)
      jobs = []
    }
    while let place = jobs.lastIndex(where: { $0.endpoint.map(busy.contains) != true }) {
      let job = jobs.remove(at: place)
      guard down[job.channel] == nil, job.endpoint.map(stopped.contains) != true else {
        giveBack([job])
        continue
      }
      underWay += 1
      if let endpoint = job.endpoint { busy.insert(endpoint) }
      return job
    }
    return nil
  }

  private var block: [Ending]? {
    if isAbandoned { return nil }
    let isIdle = underWay == 0 && jobs.isEmpty
    guard endings.count >= blockSize || (isIdle || isFlushed) && !endings.isEmpty else {
      return nil
    }
    isFlushed = false
    let block = Array(endings.prefix(blockSize))
    endings.removeFirst(block.count)
    return block
  }

  /// Wakes whoever has something to do by now, and everybody at the end.
  private func wake() {
    if let waiting = writer {
      let block = block
      if block != nil || isOver || isAbandoned {
        writer = nil
        waiting.resume(returning: block)
      }
    }
    if let waiting = supplier, !isSupplied || isAbandoned || jobs.count < lowWater {
      supplier = nil
      waiting.resume(returning: isSupplied && !isAbandoned ? Set(down.keys) : nil)
    }
    if isOver || isAbandoned {
      for carrier in carriers { carrier.resume(returning: nil) }
      carriers = []
    }
  }
}
