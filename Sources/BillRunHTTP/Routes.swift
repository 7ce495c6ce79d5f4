// SPDX-License-Identifier: Apache-2.0
import BillRun

/// Everything that can be asked for with a key; `/health`, `/ready`, `/metrics` and `/oauth/token`
/// are open.
enum Routes {
  /// The table; a path that is written out goes before one with a parameter.
  static let all: [Route] = [documents, around, quickstart, rest].flatMap { $0 }

  // What the queries of lists may have.
  private static let pages = ["page", "per_page"]
  private static let filtered = pages + ["filter"]
  private static let documentList =
    filtered + ["cursor", "sort", "start_date", "end_date", "metadata", "expand"]
  private static let cursors = ["cursor", "page_size", "filters"]
  private static let restCursors = ["cursor", "pageSize", "filters"]

  /// Documents in Invoiced's manner.
  private static let documents: [Route] = [
    Route(
      .get, "/invoices", .read, "list", gives: "[Invoice]", query: documentList,
      InvoiceListing.invoices),
    Route(
      .post, "/invoices", .write, "create: the fields of invoice create", takes: "NewInvoice",
      gives: "Invoice", status: 201, InvoicedInvoices.create),
    Route(
      .get, "/invoices/:id", .read, "retrieve; expand=customer", gives: "Invoice",
      query: ["expand"], InvoicedInvoices.show),
    Route(
      .patch, "/invoices/:id", .write, "update: the fields of invoice update",
      takes: "InvoiceChange", gives: "Invoice", InvoicedInvoices.update),
    Route(
      .delete, "/invoices/:id", .write, "delete a draft", InvoicedInvoices.delete),
    Route(
      .get, "/invoices/:id/attachments", .read, "its files", gives: "[Attachment]", query: pages,
      InvoicedInvoices.attachments),
    Route(
      .post, "/invoices/:id/emails", .write, "send: to, bcc, subject, message", takes: "NewEmail",
      gives: "[Email]", status: 201, InvoicedInvoices.email),
    Route(
      .post, "/invoices/:id/pay", .operate, "charge the saved source", gives: "Invoice",
      InvoicedInvoices.pay),
    Route(
      .post, "/invoices/:id/void", .operate, "void", gives: "Invoice", InvoicedInvoices.void),
    Route(
      .get, "/credit_notes", .read, "list", gives: "[Invoice]", query: documentList,
      InvoiceListing.creditNotes),
    Route(
      .post, "/credit_notes", .operate, "credit an invoice, in whole or in part",
      takes: "NewCreditNote", gives: "Invoice", status: 201, InvoicedInvoices.credit),
    Route(
      .get, "/credit_notes/:id", .read, "retrieve; expand=customer", gives: "Invoice",
      query: ["expand"], InvoicedInvoices.show),
    Route(
      .get, "/credit_notes/:id/attachments", .read, "its files", gives: "[Attachment]",
      query: pages, InvoicedInvoices.attachments),
    Route(
      .post, "/credit_notes/:id/emails", .write, "send: to, bcc, subject, message",
      takes: "NewEmail", gives: "[Email]", status: 201, InvoicedInvoices.email),
    Route(
      .post, "/credit_notes/:id/void", .operate, "void", gives: "Invoice", InvoicedInvoices.void),
  ]

  /// What stands around documents, in Invoiced's manner.
  private static let around: [Route] = [
    Route(
      .get, "/customers", .read, "list, after a cursor", gives: "[Customer]",
      query: pages + ["cursor"],
      InvoicedObjects.customers.list),
    Route(
      .post, "/customers", .write, "create", takes: "NewCustomer", gives: "Customer", status: 201,
      InvoicedObjects.customers.create),
    Route(
      .get, "/customers/:id", .read, "retrieve", gives: "Customer", InvoicedObjects.customers.show),
    Route(
      .patch, "/customers/:id", .write, "update", takes: "NewCustomer?", gives: "Customer",
      InvoicedObjects.customers.update),
    Route(
      .get, "/items", .read, "list, after a cursor", gives: "[Item]", query: pages,
      InvoicedObjects.items.list),
    Route(
      .post, "/items", .write, "create", takes: "NewItem", gives: "Item", status: 201,
      InvoicedObjects.items.create),
    Route(
      .get, "/items/:id", .read, "retrieve", gives: "Item", InvoicedObjects.items.show),
    Route(
      .patch, "/items/:id", .write, "update", takes: "NewItem?", gives: "Item",
      InvoicedObjects.items.update),
    Route(
      .get, "/plans", .read, "list, after a cursor", gives: "[Plan]", query: pages,
      InvoicedObjects.plans.list),
    Route(
      .post, "/plans", .write, "create", takes: "NewPlan", gives: "Plan", status: 201,
      InvoicedObjects.plans.create),
    Route(
      .get, "/plans/:id", .read, "retrieve", gives: "Plan", InvoicedObjects.plans.show),
    Route(
      .patch, "/plans/:id", .write, "update", takes: "NewPlan?", gives: "Plan",
      InvoicedObjects.plans.update),
    Route(
      .get, "/coupons", .read, "list, after a cursor", gives: "[Coupon]", query: pages,
      InvoicedObjects.coupons.list),
    Route(
      .post, "/coupons", .write, "create", takes: "NewCoupon", gives: "Coupon", status: 201,
      InvoicedObjects.coupons.create),
    Route(
      .get, "/coupons/:id", .read, "retrieve", gives: "Coupon", InvoicedObjects.coupons.show),
    Route(
      .patch, "/coupons/:id", .write, "update", takes: "NewCoupon?", gives: "Coupon",
      InvoicedObjects.coupons.update),
    Route(
      .get, "/tax_rates", .read, "list, after a cursor", gives: "[TaxRate]", query: pages,
      InvoicedObjects.taxRates.list),
    Route(
      .post, "/tax_rates", .write, "create", takes: "NewTaxRate", gives: "TaxRate", status: 201,
      InvoicedObjects.taxRates.create),
    Route(
      .get, "/tax_rates/:id", .read, "retrieve", gives: "TaxRate", InvoicedObjects.taxRates.show),
    Route(
      .patch, "/tax_rates/:id", .write, "update", takes: "NewTaxRate?", gives: "TaxRate",
      InvoicedObjects.taxRates.update),
    Route(
      .get, "/subscriptions", .read, "list, after a cursor", gives: "[Subscription]",
      query: filtered + ["cursor"], InvoicedObjects.subscriptions.list),
    Route(
      .post, "/subscriptions", .write, "create", takes: "NewSubscription", gives: "Subscription",
      status: 201, InvoicedObjects.subscriptions.create),
    Route(
      .post, "/subscriptions/preview", .write, "what the next invoice would be with one more",
      takes: "NewSubscription", gives: "SubscriptionPreview", InvoicedSubscriptions.preview),
    Route(
      .get, "/subscriptions/:id", .read, "retrieve", gives: "Subscription",
      InvoicedObjects.subscriptions.show),
    Route(
      .patch, "/subscriptions/:id", .write,
      "change from effective on, by default today; all but its terms at once",
      takes: "SubscriptionChange", gives: "Subscription", InvoicedSubscriptions.update),
    Route(
      .delete, "/subscriptions/:id", .write,
      "cancel from today on; with ?cancel_at_period_end=true at its period's end: 204",
      query: ["cancel_at_period_end"], InvoicedSubscriptions.cancel),
    Route(
      .get, "/customers/:id/line_items", .read, "lines that wait for the next invoice",
      gives: "[PendingLineItem]", query: pages, InvoicedSubscriptions.pendingItems),
    Route(
      .post, "/customers/:id/line_items", .write, "add one", takes: "NewLineItem",
      gives: "PendingLineItem", status: 201, InvoicedSubscriptions.addPendingItem),
    Route(
      .post, "/customers/:id/invoices", .operate, "bill what is due by today, the lines among it",
      gives: "Invoice", status: 201, InvoicedSubscriptions.bill),
    Route(
      .get, "/payments", .read, "list, by customer", gives: "[Payment]",
      query: filtered + ["cursor"],
      InvoicedMoney.payments),
    Route(
      .post, "/payments", .operate, "record money that came in; applied_to names invoices",
      takes: "NewPayment", gives: "Payment", status: 201, InvoicedMoney.record),
    Route(
      .get, "/payments/:id", .read, "retrieve", gives: "Payment", InvoicedMoney.payment),
    Route(
      .get, "/events", .read, "who did what, the newest first", gives: "[Event]",
      query: filtered + ["cursor"], InvoicedMoney.events),
  ]

  /// Zuora's quickstart API, under a prefix since its paths are Invoiced's, too.
  private static let quickstart: [Route] = [
    Route(
      .get, "/zuora/invoices", .read, "list, after a cursor", gives: "ZuoraInvoices",
      query: cursors, ZuoraInvoices.quickstart.list),
    Route(
      .post, "/zuora/invoices", .write, "create", takes: "NewZuoraInvoice", gives: "ZuoraInvoice",
      status: 201, ZuoraInvoices.quickstart.create),
    Route(
      .get, "/zuora/invoices/:id", .read, "retrieve", gives: "ZuoraInvoice",
      ZuoraInvoices.quickstart.show),
    Route(
      .patch, "/zuora/invoices/:id", .write, "update", takes: "NewZuoraInvoice?",
      gives: "ZuoraInvoice", ZuoraInvoices.quickstart.update),
    Route(
      .delete, "/zuora/invoices/:id", .write, "delete a draft", ZuoraInvoices.quickstart.delete),
    Route(
      .get, "/zuora/invoice_items", .read, "line items", gives: "ZuoraItems", query: cursors,
      ZuoraInvoices.quickstart.items),
    Route(
      .post, "/zuora/invoices/:id/email", .write, "email", takes: "NewZuoraEmail", gives: "Done",
      ZuoraInvoices.quickstart.email),
    Route(
      .post, "/zuora/invoices/:id/pay", .operate, "charge the saved source", gives: "ZuoraInvoice",
      ZuoraInvoices.quickstart.pay),
    Route(
      .post, "/zuora/invoices/:id/reverse", .operate, "reverse", gives: "ZuoraInvoice",
      ZuoraInvoices.quickstart.reverse),
    Route(
      .post, "/zuora/invoices/:id/post", .operate, "post", gives: "ZuoraInvoice",
      ZuoraInvoices.quickstart.post),
    Route(
      .post, "/zuora/invoices/:id/unpost", .operate, "unpost", gives: "ZuoraInvoice",
      ZuoraInvoices.quickstart.unpost),
    Route(
      .post, "/zuora/invoices/:id/cancel", .operate, "cancel a draft", gives: "ZuoraInvoice",
      ZuoraInvoices.quickstart.cancel),
    Route(
      .post, "/zuora/invoices/:id/write-off", .operate, "write off", takes: "WriteOff",
      gives: "ZuoraInvoice", ZuoraInvoices.quickstart.writeOff),
  ]

  /// What Zuora's own client calls for invoices and bill runs.
  private static let rest: [Route] = [
    Route(
      .get, "/object-query/invoices", .read, "list, after a cursor", gives: "RestInvoices",
      query: restCursors, ZuoraInvoices.rest.list),
    Route(
      .get, "/object-query/invoices/:id", .read, "retrieve", gives: "RestInvoice",
      ZuoraInvoices.rest.show),
    Route(
      .post, "/v1/invoices", .write, "create", takes: "NewRestInvoice", gives: "RestInvoice",
      ZuoraInvoices.rest.create),
    Route(
      .get, "/v1/invoices/:id", .read, "retrieve", gives: "RestInvoice", ZuoraInvoices.rest.show),
    Route(
      .put, "/v1/invoices/:id", .write, "update", takes: "NewRestInvoice?", gives: "RestInvoice",
      ZuoraInvoices.rest.update),
    Route(
      .delete, "/v1/invoices/:id", .write, "delete a draft", gives: "Done",
      ZuoraInvoices.rest.delete),
    Route(
      .get, "/v1/invoices/:id/items", .read, "line items", gives: "RestItems", query: restCursors,
      ZuoraInvoices.rest.items),
    Route(
      .post, "/v1/invoices/:id/emails", .write, "email", takes: "NewZuoraEmail", gives: "Done",
      ZuoraInvoices.rest.email),
    Route(
      .put, "/v1/invoices/:id/reverse", .operate, "reverse", gives: "RestInvoice",
      ZuoraInvoices.rest.reverse),
    Route(
      .put, "/v1/invoices/:id/post", .operate, "post", gives: "RestInvoice", ZuoraInvoices.rest.post
    ),
    Route(
      .put, "/v1/invoices/:id/unpost", .operate, "unpost", gives: "RestInvoice",
      ZuoraInvoices.rest.unpost),
    Route(
      .put, "/v1/invoices/:id/cancel", .operate, "cancel a draft", gives: "RestInvoice",
      ZuoraInvoices.rest.cancel),
    Route(
      .put, "/v1/invoices/:id/write-off", .operate, "write off", takes: "WriteOff",
      gives: "RestInvoice", ZuoraInvoices.rest.writeOff),
    Route(
      .post, "/v1/bill-runs", .operate,
      "bill what is due up to targetDate; autoPost: false leaves drafts", takes: "NewBillRun",
      gives: "BillRun", ZuoraBillRuns.create),
    Route(
      .get, "/v1/bill-runs/:id", .read, "retrieve", gives: "BillRun", ZuoraBillRuns.show),
  ]
}
