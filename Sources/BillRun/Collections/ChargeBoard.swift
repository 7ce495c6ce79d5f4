// SPDX-License-Identifier: Apache-2.0
/// Where those who call gateways, the one who claims and the one who writes meet: jobs, answers,
/// and who waits.
actor ChargeBoard {
  /// An attempt on its way to a gateway.
  struct Job: Sendable {
    var attempt: ChargeAttempt
    /// Whether the gateway knows of it, under the reference that is committed.
    var isPrepared = false
  }

  /// What the one who writes does next.
  enum Work: Sendable {
    /// Commits the references of jobs, which are charged then.
    case refer([Job])
    /// Commits answers.
    case write([ChargeOutcomes.Answer])
  }

  private let blockSize: Int
  private let lowWater: Int
  /// The next one is the last.
  private var jobs: [Job] = []
  private var prepared: [Job] = []
  private var answers: [ChargeOutcomes.Answer] = []
  private var calls = 0
  private var isSupplied = true
  private var isAbandoned = false
  private var isStopped = false
  private var isFlushed = false
  private var breaker = CircuitBreaker()
  private var callers: [CheckedContinuation<Job?, Never>] = []
  private var writer: CheckedContinuation<Work?, Never>?
  private var supplier: CheckedContinuation<Set<String>?, Never>?
  /// How many attempts were not sent after all.
  private(set) var unsent = 0

  /// The gateways that do not answer.
  var down: Set<String> { breaker.down }

  init(blockSize: Int, lowWater: Int) {
    self.blockSize = blockSize
    self.lowWater = lowWater
  }

  // MARK: - Those who call

  /// The next job; nil when nothing is left.
  func nextJob() async -> Job? {
    let job = pop()
    wake()
    if job != nil || isOver || isAbandoned { return job }
    return await withCheckedContinuation { callers.append($0) }
  }

  /// Takes note of what a gateway made of a job.
  func end(_ job: Job, _ outcome: ChargeOutcome) {
    calls -= 1
    breaker.note(outcome, of: job.attempt.gateway)
    if case .notSent = outcome { unsent += 1 } else { answers.append((job.attempt, outcome)) }
    wake()
  }

  /// Takes a job back whose reference has to be committed before it goes on.
  func refer(_ job: Job) {
    calls -= 1
    prepared.append(job)
    wake()
  }

  /// Whether a gateway is known not to answer.
  func isDown(_ gateway: String) -> Bool { breaker.down.contains(gateway) }

  // MARK: - The one who claims

  /// Waits until jobs run low, and gives the gateways that are down; nil when no more are wanted.
  func nextSupply() async -> Set<String>? {
    if !isSupplied || isAbandoned { return nil }
    if jobs.count < lowWater { return down }
    return await withCheckedContinuation { supplier = $0 }
  }

  /// Brings jobs; none ends the supply.
  func bring(_ more: [Job], isLast: Bool) {
    if isAbandoned { return }
    if isLast { isSupplied = false }
    // Those who call may have left already: nobody would take these.
    if isStopped { unsent += more.count } else { jobs.insert(contentsOf: more.reversed(), at: 0) }
    while !callers.isEmpty, let job = pop() { callers.removeLast().resume(returning: job) }
    wake()
  }

  /// Sends nothing more: what is under way ends.
  func stop() {
    isStopped = true
    isSupplied = false
    unsent += jobs.count
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
  func nextWork() async -> Work? {
    if let work { return work }
    if isOver || isAbandoned {
      wake()
      return nil
    }
    return await withCheckedContinuation { writer = $0 }
  }

  /// Has the answers that there are written, however few: a crash repeats no more than these.
  func flush() {
    isFlushed = !answers.isEmpty
    wake()
  }

  private var isOver: Bool {
    !isSupplied && jobs.isEmpty && calls == 0 && prepared.isEmpty && answers.isEmpty
  }

  private func pop() -> Job? {
    while let job = jobs.popLast() {
      guard breaker.down.contains(job.attempt.gateway) else {
        calls += 1
        return job
      }
      unsent += 1
    }
    return nil
  }

  private var work: Work? {
    if isAbandoned { return nil }
    if !prepared.isEmpty {
      defer { prepared = [] }
      return .refer(prepared)
    }
    let isIdle = calls == 0 && jobs.isEmpty
    guard answers.count >= blockSize || (isIdle || isFlushed) && !answers.isEmpty else {
      return nil
    }
    isFlushed = false
    let block = Array(answers.prefix(blockSize))
    answers.removeFirst(block.count)
    return .write(block)
  }

  /// Wakes whoever has something to do by now, and everybody at the end.
  private func wake() {
    if let waiting = writer {
      let work = work
      if work != nil || isOver || isAbandoned {
        writer = nil
        waiting.resume(returning: work)
      }
    }
    if let waiting = supplier, !isSupplied || isAbandoned || jobs.count < lowWater {
      supplier = nil
      waiting.resume(returning: isSupplied && !isAbandoned ? down : nil)
    }
    if isOver || isAbandoned {
      for caller in callers { caller.resume(returning: nil) }
      callers = []
    }
  }
}
