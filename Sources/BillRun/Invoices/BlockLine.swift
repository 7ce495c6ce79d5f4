// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Postgres
import Synchronization

/// Documents in blocks of one transaction each, for one lane or several side by side that leave
/// behind what one would.
///
/// A block locks what it needs after the block before has done so: lanes never wait for each other
/// in a circle. It numbers its documents after that block's commit: numbers go up as blocks do, and
/// where one fails nothing after it is kept.
final class BlockLine: Sendable {
  private struct State {
    var next = 0
    var finished = 0
    var failure: (block: Int, error: any Error)?
  }

  /// What the next block waits for; once open, it stays so.
  private struct Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }

    func pass() throws {
      guard semaphore.wait(timeout: .now() + .seconds(BlockLine.patience)) == .success else {
        throw BillRunError(
          .tryAgain, code: "block_held", "a block of documents waits for the one before in vain",
          hint: "the same command again does the rest")
      }
      open()
    }
  }

  private let blocks: [[Int64]]
  private let locked: [Gate]
  private let done: [Gate]
  private let state = Mutex(State())
  private let stop: StopSignal

  /// In seconds.
  private static let patience = 600

  /// Lines up documents in their order, so many in a block.
  init(_ ids: [Int64], by size: Int, stop: StopSignal = StopSignal()) {
    blocks = ids.blocks(of: size)
    locked = blocks.map { _ in Gate() }
    done = blocks.map { _ in Gate() }
    self.stop = stop
  }

  /// How many documents are through.
  var finished: Int { state.withLock(\.finished) }

  /// Has lanes take block by block until none is left, one has failed, or it is to stop.
  ///
  /// The body does one in a transaction; it has no turn where the lane is alone. What fails first
  /// in the order of blocks is thrown, when all lanes have ended.
  func perform(
    on lanes: [Connection],
    _ body: @escaping @Sendable ([Int64], Turn?, isolated Connection) throws -> Void
  ) async throws {
    let lanes = lanes.prefix(blocks.count)
    await withTaskGroup(of: Void.self) { group in
      for lane in lanes {
        group.addTask { await self.work(on: lane, isAlone: lanes.count == 1, body) }
      }
    }
    if let failure = state.withLock(\.failure) { throw failure.error }
  }

  private func work(
    on connection: isolated Connection, isAlone: Bool,
    _ body: ([Int64], Turn?, isolated Connection) throws -> Void
  ) {
    while let index = next() {
      let block = blocks[index]
      do {
        try body(block, isAlone ? nil : Turn(line: self, index: index), connection)
        state.withLock { $0.finished += block.count }
      } catch {
        state.withLock { state in
          if state.failure.map({ index < $0.block }) ?? true { state.failure = (index, error) }
        }
      }
      locked[index].open()
      done[index].open()
    }
  }

  private func next() -> Int? {
    state.withLock { state in
      if stop.isRequested || state.failure != nil || state.next == blocks.count { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }

  private func pass(_ gates: [Gate], before index: Int) throws {
    if index > 0 { try gates[index - 1].pass() }
    let failed = state.withLock { $0.failure?.block }
    if let failed, failed < index { throw CancellationError() }
  }

  /// A block's place between the others.
  struct Turn: Sendable {
    fileprivate let line: BlockLine
    fileprivate let index: Int

    /// Waits until the block before has its locks.
    func toLock() throws { try line.pass(line.locked, before: index) }

    /// Lets the next block lock.
    func hasLocked() { line.locked[index].open() }

    /// Waits until the block before is committed.
    func toNumber() throws { try line.pass(line.done, before: index) }
  }
}

extension [Int64] {
  /// The same in order, so many at a time.
  func blocks(of size: Int) -> [[Int64]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
