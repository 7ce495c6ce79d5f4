// SPDX-License-Identifier: Apache-2.0
import BillRun
import Glibc
import Synchronization
import Testing

struct StopSignalTests {
  @Test("whoever waits is woken once, and whoever comes late at once")
  func waiters() {
    let stop = StopSignal()
    let count = Mutex(0)
    stop.onRequest { count.withLock { $0 += 1 } }
    #expect(!stop.isRequested)
    #expect(count.withLock { $0 } == 0)
    stop.request()
    stop.request()
    #expect(stop.isRequested)
    #expect(count.withLock { $0 } == 1)
    stop.onRequest { count.withLock { $0 += 1 } }
    #expect(count.withLock { $0 } == 2)
  }

  @Test("the first signal asks to stop", .timeLimit(.minutes(5)), arguments: [SIGTERM, SIGINT])
  func firstSignal(_ number: Int32) async {
    await #expect(processExitsWith: .exitCode(3)) { [number] in
      let stop = StopSignal.install()
      kill(getpid(), number)
      while !stop.isRequested { usleep(1000) }
      exit(3)
    }
  }

  @Test("the second signal ends the program with 75", .timeLimit(.minutes(5)))
  func secondSignal() async {
    await #expect(processExitsWith: .exitCode(75)) {
      let stop = StopSignal.install()
      kill(getpid(), SIGTERM)
      while !stop.isRequested { usleep(1000) }
      kill(getpid(), SIGINT)
      sleep(10)
    }
  }
}
