// SPDX-License-Identifier: Apache-2.0
import BillRun

/// Everything that can be asked for with a key; `/health`, `/ready`, `/metrics` and `/oauth/token`
/// are open.
enum Routes {
  /// The table; a path that is written out goes before one with a parameter.
  static let all: [Route] = [documents, around, quickstart, rest].flatMap { $0 }

  /// Documents in Invoiced's manner.
  private static let documents: [Route] = [
    Route(.get, "/invoices", .read, InvoiceListing.invoices),
    Route(.post, "/invoices", .write, InvoicedInvoices.create),
    Route(.get, "/invoices/:id", .read, InvoicedInvoices.show),
    Route(.patch, "/invoices/:id", .write, InvoicedInvoices.update),
    Route(.delete, "/invoices/:id", .write, InvoicedInvoices.delete),
    Route(.get, "/invoices/:id/attachments", .read, InvoicedInvoices.attachments),
    Route(.post, "/invoices/:id/emails", .write, InvoicedInvoices.email),
    Route(.post, "/invoices/:id/pay", .operate, InvoicedInvoices.pay),
    Route(.post, "/invoices/:id/void", .operate, InvoicedInvoices.void),
    Route(.get, "/credit_notes", .read, InvoiceListing.creditNotes),
    Route(.get, "/credit_notes/:id", .read, InvoicedInvoices.show),
    Route(.get, "/credit_notes/:id/attachments", .read, InvoicedInvoices.attachments),
    Route(.post, "/credit_notes/:id/emails", .write, InvoicedInvoices.email),
    Route(.post, "/credit_notes/:id/void", .operate, InvoicedInvoices.void),
  ]

  /// What stands around documents, in Invoiced's manner.
  private static let around: [Route] = [
    Route(.get, "/customers", .read, InvoicedObjects.customers.list),
    Route(.post, "/customers", .write, InvoicedObjects.customers.create),
    Route(.get, "/customers/:id", .read, InvoicedObjects.customers.show),
    Route(.patch, "/customers/:id", .write, InvoicedObjects.customers.update),
    Route(.get, "/items", .read, InvoicedObjects.items.list),
    Route(.post, "/items", .write, InvoicedObjects.items.create),
    Route(.get, "/items/:id", .read, InvoicedObjects.items.show),
    Route(.patch, "/items/:id", .write, InvoicedObjects.items.update),
    Route(.get, "/plans", .read, InvoicedObjects.plans.list),
    Route(.post, "/plans", .write, InvoicedObjects.plans.create),
    Route(.get, "/plans/:id", .read, InvoicedObjects.plans.show),
    Route(.patch, "/plans/:id", .write, InvoicedObjects.plans.update),
    Route(.get, "/coupons", .read, InvoicedObjects.coupons.list),
    Route(.post, "/coupons", .write, InvoicedObjects.coupons.create),
    Route(.get, "/coupons/:id", .read, InvoicedObjects.coupons.show),
    Route(.patch, "/coupons/:id", .write, InvoicedObjects.coupons.update),
    Route(.get, "/tax_rates", .read, InvoicedObjects.taxRates.list),
    Route(.post, "/tax_rates", .write, InvoicedObjects.taxRates.create),
    Route(.get, "/tax_rates/:id", .read, InvoicedObjects.taxRates.show),
    Route(.patch, "/tax_rates/:id", .write, InvoicedObjects.taxRates.update),
    Route(.get, "/subscriptions", .read, InvoicedObjects.subscriptions.list),
    Route(.post, "/subscriptions", .write, InvoicedObjects.subscriptions.create),
    Route(.get, "/subscriptions/:id", .read, InvoicedObjects.subscriptions.show),
    Route(.patch, "/subscriptions/:id", .write, InvoicedSubscriptions.update),
    Route(.delete, "/subscriptions/:id", .write, InvoicedSubscriptions.cancel),
    Route(.get, "/customers/:id/line_items", .read, InvoicedSubscriptions.pendingItems),
    Route(.post, "/customers/:id/line_items", .write, InvoicedSubscriptions.addPendingItem),
    Route(.post, "/customers/:id/invoices", .operate, InvoicedSubscriptions.bill),
    Route(.get, "/payments", .read, InvoicedMoney.payments),
    Route(.post, "/payments", .operate, InvoicedMoney.record),
    Route(.get, "/payments/:id", .read, InvoicedMoney.payment),
    Route(.get, "/events", .read, InvoicedMoney.events),
  ]

  /// Zuora's quickstart API, under a prefix since its paths are Invoiced's, too.
  private static let quickstart: [Route] = [
    Route(.get, "/zuora/invoices", .read, ZuoraInvoices.quickstart.list),
    Route(.post, "/zuora/invoices", .write, ZuoraInvoices.quickstart.create),
    Route(.get, "/zuora/invoices/:id", .read, ZuoraInvoices.quickstart.show),
    Route(.patch, "/zuora/invoices/:id", .write, ZuoraInvoices.quickstart.update),
    Route(.delete, "/zuora/invoices/:id", .write, ZuoraInvoices.quickstart.delete),
    Route(.get, "/zuora/invoice_items", .read, ZuoraInvoices.quickstart.items),
    Route(.post, "/zuora/invoices/:id/email", .write, ZuoraInvoices.quickstart.email),
    Route(.post, "/zuora/invoices/:id/pay", .operate, ZuoraInvoices.quickstart.pay),
    Route(.post, "/zuora/invoices/:id/reverse", .operate, ZuoraInvoices.quickstart.reverse),
    Route(.post, "/zuora/invoices/:id/post", .operate, ZuoraInvoices.quickstart.post),
    Route(.post, "/zuora/invoices/:id/unpost", .operate, ZuoraInvoices.quickstart.unpost),
    Route(.post, "/zuora/invoices/:id/cancel", .operate, ZuoraInvoices.quickstart.cancel),
    Route(.post, "/zuora/invoices/:id/write-off", .operate, ZuoraInvoices.quickstart.writeOff),
  ]

  /// What Zuora's own client calls for invoices and bill runs.
  private static let rest: [Route] = [
    Route(.get, "/object-query/invoices", .read, ZuoraInvoices.rest.list),
    Route(.get, "/object-query/invoices/:id", .read, ZuoraInvoices.rest.show),
    Route(.post, "/v1/invoices", .write, ZuoraInvoices.rest.create),
    Route(.get, "/v1/invoices/:id", .read, ZuoraInvoices.rest.show),
    Route(.put, "/v1/invoices/:id", .write, ZuoraInvoices.rest.update),
    Route(.delete, "/v1/invoices/:id", .write, ZuoraInvoices.rest.delete),
    Route(.get, "/v1/invoices/:id/items", .read, ZuoraInvoices.rest.items),
    Route(.post, "/v1/invoices/:id/emails", .write, ZuoraInvoices.rest.email),
    Route(.put, "/v1/invoices/:id/reverse", .operate, ZuoraInvoices.rest.reverse),
    Route(.put, "/v1/invoices/:id/post", .operate, ZuoraInvoices.rest.post),
    Route(.put, "/v1/invoices/:id/unpost", .operate, ZuoraInvoices.rest.unpost),
    Route(.put, "/v1/invoices/:id/cancel", .operate, ZuoraInvoices.rest.cancel),
    Route(.put, "/v1/invoices/:id/write-off", .operate, ZuoraInvoices.rest.writeOff),
    Route(.post, "/v1/bill-runs", .operate, ZuoraBillRuns.create),
    Route(.get, "/v1/bill-runs/:id", .read, ZuoraBillRuns.show),
  ]
}
