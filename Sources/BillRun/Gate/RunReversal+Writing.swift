// SPDX-License-Identifier: Apache-2.0

extension RunReversal {
  /// What was taken back and what was not, each line with its line feed.
  public var text: String {
    var lines = [
      "run \(run): \(Figure.counted(Int64(reversed), "invoice")) reversed, "
        + "\(Figure.counted(Int64(canceled), "draft")) canceled, "
        + "\(Figure.counted(Int64(voided), "credit note")) voided"
    ]
    if freed > 0 {
      lines.append(
        "free   \(Figure.counted(Int64(freed), "span")) of days that were covered unbilled")
    }
    lines += payments.map { payment in
      "paid   \(Figure.amount(minor: payment.amount, digits: payment.digits)) \(payment.currency) "
        + "on \(Figure.counted(payment.invoices, "invoice")): it stays the customers' credit"
    }
    lines += refused.map {
      "stays  customer \($0.customer): \($0.error.message) (\($0.error.code))"
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Writes the same as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "run_reversal")
      $0.field("run", run)
      $0.field("reversed", reversed)
      $0.field("canceled", canceled)
      $0.field("voided", voided)
      $0.field("spans_freed", freed)
      $0.field("payments", objects: payments) { object, payment in
        object.field("currency", payment.currency)
        object.field("invoices", payment.invoices)
        object.field("amount", minor: payment.amount, digits: payment.digits)
      }
      $0.field("refused", objects: refused) { object, one in
        object.field("invoice", one.invoice)
        object.field("customer", one.customer)
        object.field("code", one.error.code)
        object.field("message", one.error.message)
      }
      $0.field("exit_code", exitCode.rawValue)
    }
  }
}
