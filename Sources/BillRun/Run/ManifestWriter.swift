// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles
import Synchronization

/// Writes what a dry run would bill as a file: a line about the whole, one for each payer in order
/// of id, and a last one by which a file that was cut off is known.
///
/// Lanes hand in batches as they come; each waits for those before it. Their numbers may have gaps:
/// they go by due periods, and a payer can have those of several batches.
final class ManifestWriter: Sendable {
  /// What the last line says.
  struct End: Sendable {
    let accounts: Int64
    /// As a run with the same outcome has it (`close_run`).
    let fingerprint: String
  }

  private let state: Mutex<State>

  private struct State: ~Copyable {
    var file: PartFile
    /// The numbers of the batches that are not written, in order.
    var left: ArraySlice<Int32>
    var waiting: [Int32: [ManifestLine]] = [:]
    var accounts: Int64 = 0
    var fingerprint = RunFingerprint()
    var chain = LineChain()

    /// Writes lines, each without its line feed.
    mutating func write(_ lines: [[UInt8]]) throws {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(lines.reduce(lines.count) { $0 + $1.count })
      for line in lines {
        chain.add(line)
        bytes += line
        bytes.append(LineChain.lineFeed)
      }
      try file.append(bytes)
    }
  }

  /// Begins a file of batches by their numbers, in order; throws `BillRunError` where it cannot be
  /// made.
  init(
    _ path: String, of plan: RunPlan, batches: [Int32], _ options: BillRunOptions, books: String
  ) throws {
    var begun = State(file: try PartFile(path), left: batches[...])
    var writer = JSONWriter()
    writer.object {
      $0.field("object", "manifest")
      $0.field("seller", plan.seller.code)
      $0.field("as_of", plan.terms.asOf.description)
      $0.field("invoice_date", plan.terms.invoiceDate.description)
      $0.key("scope")
      $0.raw(options.scope.json)
      if options.kind != .regular { $0.field("kind", options.kind.rawValue) }
      if options.catchUp != CatchUp() {
        $0.key("catch_up")
        $0.raw(options.catchUp.json)
      }
      $0.field("books", books)
      $0.field("program", RunOpening.program)
    }
    try begun.write([writer.bytes])
    state = Mutex(begun)
  }

  /// Takes in what a batch came to.
  func add(_ lines: [ManifestLine], batch: Int32) throws {
    try state.withLock { state in
      state.waiting[batch] = lines
      while let next = state.left.first, let lines = state.waiting.removeValue(forKey: next) {
        try Self.write(lines, to: &state)
        state.left.removeFirst()
      }
    }
  }

  private static func write(_ lines: [ManifestLine], to state: inout State) throws {
    for line in lines where line.isInvoiced {
      state.fingerprint.add(line.outputs, of: line.customer)
    }
    state.accounts += Int64(lines.count)
    try state.write(lines.map(\.text))
  }

  /// Writes the last line, and gives the file its name.
  ///
  /// Throws `BillRunError` (70), and leaves no file, where it does not have the line of each of the
  /// run's accounts.
  func finish(accounts: Int64) throws -> End {
    try state.withLock { state in
      guard state.left.isEmpty, state.accounts == accounts else {
        throw BillRunError.controlCheck(
          "the manifest has \(state.accounts) accounts, the run \(accounts)")
      }
      let end = End(accounts: state.accounts, fingerprint: state.fingerprint.finish())
      var writer = JSONWriter()
      writer.object {
        $0.field("object", "manifest_end")
        $0.field("accounts", end.accounts)
        $0.field("fingerprint", end.fingerprint)
        $0.field("digest", state.chain.text)
      }
      writer.endLine()
      try state.file.append(writer.bytes)
      try state.file.finish()
      return end
    }
  }
}

/// The hash of the hashes of a run's accounts in order of customer, bucket by bucket, as
/// `close_run` makes it.
struct RunFingerprint: ~Copyable {
  private var bucket: Int64?
  private var accounts = DigestBuffer()
  private var buckets = DigestBuffer()
  private static let customersOfBucket: Int64 = 10_000

  /// Adds an account that was invoiced; they come in order of customer.
  mutating func add(_ outputs: [UInt8], of customer: Int64) {
    if bucket != customer / Self.customersOfBucket { endBucket() }
    bucket = customer / Self.customersOfBucket
    accounts.append(raw: outputs)
  }

  private mutating func endBucket() {
    if bucket != nil { buckets.append(raw: accounts.sha256()) }
    accounts.reset()
  }

  /// The fingerprint of all that was added.
  mutating func finish() -> String {
    endBucket()
    bucket = nil
    return "sha256:" + hex(buckets.sha256())
  }
}

/// A digest of lines, each with all before it, by which a file that was edited is known.
struct LineChain: ~Copyable {
  static let lineFeed = UInt8(ascii: "\n")
  private var digest: [UInt8] = []
  private var buffer = DigestBuffer()

  /// Adds a line, without its line feed.
  mutating func add(_ line: [UInt8]) {
    buffer.reset()
    buffer.append(raw: digest)
    buffer.append(raw: line)
    digest = buffer.sha256()
  }

  /// The digest of all that was added, in hex.
  var text: String { hex(digest) }
}

/// Bytes as hexadecimal digits.
func hex(_ bytes: [UInt8]) -> String {
  let digits = bytes.flatMap { [JSONWriter.hexDigit($0 >> 4), JSONWriter.hexDigit($0 & 15)] }
  return String(decoding: digits, as: UTF8.self)
}
