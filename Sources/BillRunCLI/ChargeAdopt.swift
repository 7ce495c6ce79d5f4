// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore

/// `billrun charge adopt --gateway NAME`.
struct ChargeAdopt: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt",
    abstract: "Book charges that a gateway has approved and the books know nothing of.",
    discussion: """
      After a backup was restored, or a copy of the books has charged: `billrun verify --gateway` \
      finds such charges, and nobody is charged meanwhile. Each is the payment of the customer \
      whose payment source was charged: it pays the invoice that its key names where that is the \
      customer's and older than the charge, else what the customer owes, the oldest first; the \
      rest becomes credit. Without --confirm they are only listed. What cannot be booked is \
      dismissed once a person has dealt with it. Where the books know all charges then, charging \
      goes on; else it exits with 65. A bank that collects by files cannot be asked: --confirm \
      says then that it has no other files of these books than the listed ones.
      """)

  @Option(help: ArgumentHelp("The gateway's name in the settings.", valueName: "name"))
  var gateway: String

  @Option(help: ArgumentHelp("Charges of so many days.", valueName: "count"))
  var days = Verify.usualDays

  @Option(
    help: ArgumentHelp("Book them, or confirm files: so many as listed.", valueName: "count"))
  var confirm: Int?

  @Option(
    help: ArgumentHelp(
      "Book nothing for this charge: it was dealt with otherwise. May be repeated.",
      valueName: "reference"))
  var dismiss: [String] = []

  @Option(help: ArgumentHelp("How a dismissed charge was dealt with.", valueName: "text"))
  var reason: String?

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard 1...3660 ~= days else { throw ValidationError("--days is 1 to 3660") }
    if dismiss.isEmpty != (reason ?? "").isEmpty {
      throw ValidationError("--dismiss and --reason go together")
    }
    if !dismiss.isEmpty, confirm != nil { throw ValidationError("give --confirm or --dismiss") }
  }

  func run() async throws {
    let settings = try options.loadSettings()
    let gateways = try GatewaySet(settings)
    if gateways.silent.contains(gateway) { return try await confirmFiles(gateways) }
    let now = WallClock.system.now()
    let start = now - Int64(days) * 86_400
    let adoption = try ChargeAdoption(
      of: gateway, among: gateways, in: Database(settings), at: now, by: SystemUser.name)
    var isSettled = false
    if let reason, !dismiss.isEmpty {
      isSettled = try await adoption.dismiss(dismiss, because: reason, since: start)
    }
    let found = try await adoption.list(since: start)
    let good = found.filter { $0.problem == nil }
    if let confirm {
      if confirm != good.count {
        throw BillRunError(
          .dataError, code: "count_differs",
          "\(good.count) charges can be booked, and \(confirm) were confirmed",
          hint: "without --confirm they are listed")
      }
      isSettled = try await adoption.adopt(good, since: start)
    }
    let report = AdoptionReport(found: found, isBooked: confirm != nil, isSettled: isSettled)
    if options.json {
      try options.output.json { report.write(to: &$0) }
    } else {
      try options.output.text(report.text)
    }
    if found.count > good.count { throw ExitStatus.dataError }
  }

  /// What no gateway tells, a person does.
  private func confirmFiles(_ gateways: GatewaySet) async throws {
    if !dismiss.isEmpty { throw ValidationError("a bank has no charges to dismiss") }
    let connection = try await options.connect()
    let found = try await FileConfirmation.read(of: gateway, among: gateways, on: connection)
    if let confirm {
      try await found.confirm(
        confirm, at: WallClock.system.now(), by: SystemUser.name, on: connection)
    }
    let isConfirmed = confirm != nil
    if options.json {
      try options.output.json { found.write(to: &$0, isConfirmed: isConfirmed) }
    } else {
      try options.output.text(found.text(isConfirmed: isConfirmed))
    }
    if found.doubt != nil, !isConfirmed { throw ExitStatus.dataError }
  }
}

/// How charges are listed that the books knew nothing of.
private struct AdoptionReport {
  let found: [ChargeAdoption.Charge]
  let isBooked: Bool
  let isSettled: Bool

  private var good: Int { found.count { $0.problem == nil } }

  var text: String {
    var lines = found.map { charge in
      let customer = charge.customer.map { "customer \($0)" } ?? "no customer"
      return "\(customer): \(charge.amount), \(charge.reference), "
        + "charged \(charge.chargedAtText) to \(charge.token ?? "an unknown source")"
        + Self.place(of: charge)
    }
    lines.append(isBooked ? "\(good) charges booked" : "\(good) charges can be booked")
    if isSettled { lines.append("the books know all charges, charging goes on") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What it pays, or why it does not.
  private static func place(of charge: ChargeAdoption.Charge) -> String {
    if let problem = charge.problem { return ": not booked, \(problem)" }
    guard let pays = charge.pays else { return "" }
    let text = { (minor: Int64) in
      Money(minor: minor, currency: charge.amount.currency).majorText
    }
    var parts = pays.parts.map { "invoice \($0.invoice) \(text($0.amount))" }
    if pays.credit > 0 { parts.append("credit \(text(pays.credit))") }
    return ": " + parts.joined(separator: ", ")
  }

  func write(to writer: inout JSONWriter) {
    writer.object { object in
      object.field("object", "adopted_charges")
      object.field("adopted", isBooked ? good : 0)
      object.field("settled", isSettled)
      object.field("charges", objects: found) { element, charge in
        let digits = charge.amount.currency.minorDigits
        element.field("idempotency_key", charge.key)
        element.field("reference", charge.reference)
        element.field("amount", raw: charge.amount.majorText)
        element.field("currency", charge.amount.currency.code)
        element.field("charged_at", charge.chargedAt)
        element.field("token", charge.token)
        element.field("customer", charge.customer)
        element.field("invoice", charge.invoice)
        element.field("named_invoice", charge.named)
        element.field("problem", charge.problem)
        element.field("credit", minor: charge.pays?.credit, digits: digits)
        element.field("pays", objects: charge.pays?.parts ?? []) { part, one in
          part.field("invoice", one.invoice)
          part.field("amount", minor: one.amount, digits: digits)
        }
      }
    }
  }
}
