// SPDX-License-Identifier: Apache-2.0
public import BillingCore

extension Simulation {
  /// Totals by month, then plans by month, then what the figures leave open; each line with its
  /// line feed.
  public var text: String {
    let by = prices.map { ", prices of \($0)" } ?? ""
    return "simulation of \(seller), \(from) to \(to)\(by); nothing is written\n"
      + totalsTable + "\n" + plansTable + notes
  }

  private var totalsTable: String {
    var table = TextTable([
      ("month", .left), ("currency", .left), ("invoices", .right), ("credit notes", .right),
      ("net", .right), ("tax", .right), ("total", .right),
    ])
    func add(_ label: String, _ currency: Currency, _ total: Total) {
      func amount(_ minor: Int128) -> String {
        Figure.amount(minor: minor, digits: currency.minorDigits)
      }
      table.add([
        label, currency.code.uppercased(), Figure.count(total.invoices),
        Figure.count(total.creditNotes), amount(total.net), amount(total.tax),
        amount(total.total),
      ])
    }
    for run in runs {
      for (currency, total) in run.totals { add(run.label, currency, total) }
    }
    for (currency, total) in all { add("all", currency, total) }
    return table.text
  }

  /// What all runs come to, by currency.
  public var all: [(currency: Currency, total: Total)] {
    var sums: [Currency: Total] = [:]
    for run in runs {
      for (currency, total) in run.totals { sums[currency, default: Total()].add(total) }
    }
    return sums.map { (currency: $0.key, total: $0.value) }
      .sorted { $0.currency.code < $1.currency.code }
  }

  private var plansTable: String {
    var table = TextTable([
      ("month", .left), ("plan", .left), ("currency", .left), ("lines", .right), ("net", .right),
    ])
    for run in runs {
      for plan in run.plans {
        table.add([
          run.label, plan.plan ?? "one-off", plan.currency.code.uppercased(),
          Figure.count(plan.lines),
          Figure.amount(minor: plan.net, digits: plan.currency.minorDigits),
        ])
      }
    }
    return table.text
  }

  private var notes: String {
    var notes = "\nlooked at \(Figure.counted(accounts, "payer"))\n"
    for (code, accounts) in held { notes += "held \(code): \(Figure.counted(accounts, "payer"))\n" }
    if openUsagePeriods > 0 {
      notes +=
        "\(Figure.counted(openUsagePeriods, "usage period")) not over: "
        + "what is recorded so far is counted\n"
    }
    if changesAhead > 0 {
      notes +=
        "\(Figure.counted(changesAhead, "change")) ahead: days that simulated runs billed "
        + "before are not given back\n"
    }
    return notes
  }
}

extension Simulation.Run {
  /// The month, or `due before`.
  var label: String { isBefore ? "due before" : String(day.description.prefix(7)) }
}

extension Simulation {
  /// Writes the simulation as one object; amounts are in major units.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "simulation")
      $0.field("seller", seller)
      $0.field("from", from.description)
      $0.field("to", to.description)
      $0.field("prices", prices)
      $0.field("payers", accounts)
      $0.field("runs", objects: runs) { $1.write(to: &$0) }
      $0.field("all", objects: all) { object, sum in
        sum.total.write(to: &object, sum.currency)
      }
      $0.field("held", objects: held) { object, held in
        object.field("code", held.code)
        object.field("payers", held.accounts)
      }
      $0.field("open_usage_periods", openUsagePeriods)
      $0.field("changes_ahead", changesAhead)
    }
  }
}

extension Simulation.Run {
  fileprivate func write(to object: inout JSONWriter) {
    object.field("due_before", isBefore)
    object.field("as_of", day.description)
    object.field("totals", objects: totals) { object, sum in
      sum.total.write(to: &object, sum.currency)
    }
    object.field("plans", objects: plans) { object, plan in
      object.field("plan", plan.plan)
      object.field("currency", plan.currency.code)
      object.field("lines", plan.lines)
      object.field("net", minor: plan.net, digits: plan.currency.minorDigits)
    }
  }
}

extension Simulation.Total {
  fileprivate func write(to object: inout JSONWriter, _ currency: Currency) {
    object.field("currency", currency.code)
    object.field("invoices", invoices)
    object.field("credit_notes", creditNotes)
    object.field("net", minor: net, digits: currency.minorDigits)
    object.field("tax", minor: tax, digits: currency.minorDigits)
    object.field("total", minor: total, digits: currency.minorDigits)
  }
}
