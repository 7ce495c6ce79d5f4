// SPDX-License-Identifier: Apache-2.0
/// Where those who call gateways and the one who writes meet: jobs, answers, and who waits.
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
    /// Brings more jobs, but none for gateways that are down.
    case supply(without: Set<String>)
    /// Nothing is left.
    case end
  }

  private let blockSize: Int
  private let lowWater: Int
  private var jobs: [Job] = []
  private var prepared: [Job] = []
  private var answers: [ChargeOutcomes.Answer] = []
  private var calls = 0
  private var isSupplied = true
  private var isAbandoned = false
  private var isStopped = false
  private var breaker = CircuitBreaker()
  private var callers: [CheckedContinuation<Job?, Never>] = []
  private var writer: CheckedContinuation<Work, Never>?
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
    if let job = pop() { return job }
    if isOver || isAbandoned { return nil }
    return await withCheckedContinuation { callers.append($0) }
  }

  /// Takes note of what a gateway made of a job.
  func end(_ job: Job, _ outcome: ChargeOutcome) {
    calls -= 1
    breaker.note(outcome, of: job.attempt.gateway)
    if case .notSent = outcome { unsent += 1 } else { answers.append((job.attempt, outcome)) }
    wakeWriter()
  }

  /// Takes a job back whose reference has to be committed before it goes on.
  func refer(_ job: Job) {
    calls -= 1
    prepared.append(job)
    wakeWriter()
  }

  /// Whether a gateway is known not to answer.
  func isDown(_ gateway: String) -> Bool { breaker.down.contains(gateway) }

  // MARK: - The one who writes

  /// What to write or bring next, as soon as there is something.
  func nextWork() async -> Work {
    if let work { return work }
    return await withCheckedContinuation { writer = $0 }
  }

  /// Brings jobs; none ends the supply.
  func bring(_ more: [Job], isLast: Bool) {
    if isLast { isSupplied = false }
    // Those who call may have left already: nobody would take these.
    if isStopped { unsent += more.count } else { jobs += more }
    while !callers.isEmpty, let job = pop() { callers.removeLast().resume(returning: job) }
  }

  /// Sends nothing more: what is under way ends.
  func stop() {
    isStopped = true
    isSupplied = false
    unsent += jobs.count
    jobs = []
    wakeWriter()
  }

  /// Lets everybody go: nothing is written any more.
  func abandon() {
    isAbandoned = true
    jobs = []
    for caller in callers { caller.resume(returning: nil) }
    callers = []
  }

  private var isOver: Bool {
    !isSupplied && jobs.isEmpty && calls == 0 && prepared.isEmpty && answers.isEmpty
  }

  private func pop() -> Job? {
    while let job = jobs.popLast() {
      guard breaker.down.contains(job.attempt.gateway) else {
        calls += 1
        if jobs.count < lowWater { wakeWriter() }
        return job
      }
      unsent += 1
    }
    wakeWriter()
    return nil
  }

  private var work: Work? {
    if !prepared.isEmpty {
      defer { prepared = [] }
      return .refer(prepared)
    }
    let isIdle = calls == 0 && jobs.isEmpty
    if answers.count >= blockSize || isIdle && !answers.isEmpty {
      let block = Array(answers.prefix(blockSize))
      answers.removeFirst(block.count)
      return .write(block)
    }
    if isSupplied, jobs.count < lowWater { return .supply(without: breaker.down) }
    if !isOver { return nil }
    for caller in callers { caller.resume(returning: nil) }
    callers = []
    return .end
  }

  private func wakeWriter() {
    guard let waiting = writer, let work else { return }
    writer = nil
    waiting.resume(returning: work)
  }
}
