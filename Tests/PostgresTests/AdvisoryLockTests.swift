// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

extension PostgresTests {
  @Suite struct AdvisoryLockTests {
    @Test("one session holds a lock alone, until it unlocks")
    func exclusive() async throws {
      let one = try await Server.connect()
      let two = try await Server.connect()
      let lock = AdvisoryLock(-1, one.backendID)
      try await #expect(!lock.isHeld(on: two))
      try await #expect(lock.tryLock(.exclusive, on: one))
      try await #expect(!lock.tryLock(.exclusive, on: two))
      try await #expect(!lock.tryLock(.shared, on: two))
      try await #expect(lock.isHeld(on: two))
      try await #expect(lock.unlock(.exclusive, on: one))
      try await #expect(!lock.unlock(.exclusive, on: one))
      try await #expect(lock.tryLock(.exclusive, on: two))
    }

    @Test("sessions share a lock, and together keep others from having it alone")
    func shared() async throws {
      let one = try await Server.connect()
      let two = try await Server.connect()
      let lock = AdvisoryLock(one.backendID, .min)
      try await #expect(lock.tryLock(.shared, on: one))
      try await #expect(lock.tryLock(.shared, on: two))
      try await #expect(lock.unlock(.shared, on: one))
      try await #expect(lock.isHeld(on: one))
      try await #expect(!lock.tryLock(.exclusive, on: one))
      try await #expect(lock.unlock(.shared, on: two))
      try await #expect(lock.tryLock(.exclusive, on: one))
    }

    @Test("other keys are other locks")
    func keys() async throws {
      let one = try await Server.connect()
      let two = try await Server.connect()
      try await #expect(AdvisoryLock(one.backendID, 1).tryLock(.exclusive, on: one))
      try await #expect(AdvisoryLock(one.backendID, 2).tryLock(.exclusive, on: two))
      try await #expect(!AdvisoryLock(one.backendID, 3).isHeld(on: two))
    }

    @Test("a lock ends with its session")
    func sessionEnds() async throws {
      let one = try await Server.connect()
      let two = try await Server.connect()
      let lock = AdvisoryLock(-2, one.backendID)
      try await #expect(lock.tryLock(.exclusive, on: one))
      await one.close()
      for _ in 0..<100 where try await lock.isHeld(on: two) {
        try await Task.sleep(for: .milliseconds(20))
      }
      try await #expect(lock.tryLock(.exclusive, on: two))
    }
  }
}
