// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles

/// How the lines of one object are taken in: read into a table of their own, checked, written.
///
/// Stages follow one another so that each finds what its lines name: the rows that were there
/// before, and those of the good lines of the stages before it.
struct ImportStage {
  /// The object's name in the files.
  let object: String
  /// Reads and checks the lines.
  let reading: [SQLFile]
  /// Checks that can be overruled.
  var cautions: [(caution: ImportOptions.Caution, check: SQLFile)] = []
  /// Writes the good ones, and counts what became of them; nil for invoices, which the pipeline
  /// prices (`InvoiceImport`), and for payments (`PaymentStage`).
  let writing: SQLFile?
  /// Writes what belongs to them.
  var following: [SQLFile] = []

  /// The stages in their order.
  static let all = [
    ImportStage(
      object: "seller",
      reading: [
        SQLFiles.importReadSellers, SQLFiles.importCheckSellers, SQLFiles.importCheckNumberSeries,
      ],
      writing: SQLFiles.importWriteSellers, following: [SQLFiles.importWriteNumberSeries]),
    ImportStage(
      object: "tax_rate",
      reading: [SQLFiles.importReadTaxRates, SQLFiles.importCheckTaxRates],
      writing: SQLFiles.importWriteTaxRates),
    ImportStage(
      object: "coupon",
      reading: [SQLFiles.importReadCoupons, SQLFiles.importCheckCoupons],
      writing: SQLFiles.importWriteCoupons),
    ImportStage(
      object: "item",
      reading: [SQLFiles.importReadItems, SQLFiles.importCheckItems],
      writing: SQLFiles.importWriteItems),
    ImportStage(
      object: "plan",
      reading: [SQLFiles.importReadPlans, SQLFiles.importCheckPlans, SQLFiles.importCheckTiers],
      writing: SQLFiles.importWritePlans),
    ImportStage(
      object: "retry_policy",
      reading: [SQLFiles.importReadRetryPolicies, SQLFiles.importCheckRetryPolicies],
      writing: SQLFiles.importWriteRetryPolicies),
    ImportStage(
      object: "holiday",
      reading: [SQLFiles.importReadHolidays, SQLFiles.importCheckHolidays],
      writing: SQLFiles.importWriteHolidays),
    ImportStage(
      object: "chasing_cadence",
      reading: [SQLFiles.importReadChasingCadences, SQLFiles.importCheckChasingCadences],
      writing: SQLFiles.importWriteChasingCadences),
    customers,
    subscriptions,
    ImportStage(
      object: "subscription_change",
      reading: [
        SQLFiles.importReadAddons, SQLFiles.importReadSubscriptionChanges,
        SQLFiles.importCheckSubscriptionChanges,
      ],
      cautions: [(.again, SQLFiles.importCheckOvertakenChanges)],
      writing: SQLFiles.importWriteSubscriptionChanges),
    ImportStage(
      object: "usage_record",
      reading: [SQLFiles.importReadUsageRecords, SQLFiles.importCheckUsageRecords],
      writing: SQLFiles.importWriteUsageRecords),
    ImportStage(
      object: "pending_line_item",
      reading: [SQLFiles.importReadPendingLineItems, SQLFiles.importCheckPendingLineItems],
      writing: SQLFiles.importWritePendingLineItems),
    ImportStage(
      object: "credit",
      reading: [SQLFiles.importReadCredits, SQLFiles.importCheckCredits],
      writing: SQLFiles.importWriteCredits),
    ImportStage(object: "invoice", reading: [], writing: nil),
    ImportStage(
      object: "payment",
      reading: [
        SQLFiles.importReadPayments, SQLFiles.importMatchPayments, SQLFiles.importOwnPayments,
        SQLFiles.importLockPayers, SQLFiles.importCheckPayments,
      ],
      cautions: [
        (.again, SQLFiles.importCheckRepeatedPayments), (.farBack, SQLFiles.importCheckOldPayments),
      ], writing: nil),
  ]

  private static let customers = ImportStage(
    object: "customer",
    reading: [
      SQLFiles.importReadCustomers, SQLFiles.importCheckCustomers, SQLFiles.importCheckCustomerSets,
      SQLFiles.importCheckMandates, SQLFiles.importCheckParents,
      SQLFiles.importReadPaymentSources,
    ],
    writing: SQLFiles.importWriteCustomers,
    following: [
      SQLFiles.importRemovePaymentSources, SQLFiles.importWritePaymentSources,
      SQLFiles.importWriteCreditBalances,
    ])

  private static let subscriptions = ImportStage(
    object: "subscription",
    reading: [
      SQLFiles.importReadSubscriptions, SQLFiles.importReadAddons, SQLFiles.importReadDiscounts,
      SQLFiles.importCompareSubscriptions, SQLFiles.importCheckSubscriptions,
      SQLFiles.importCheckKnownSubscriptions,
      SQLFiles.importCheckSubscriptionSets, SQLFiles.importCheckRedemptions,
    ],
    writing: SQLFiles.importWriteSubscriptions,
    following: [
      SQLFiles.importRemoveAddons, SQLFiles.importWriteAddons, SQLFiles.importCountRedemptions,
      SQLFiles.importRemoveDiscounts,
      SQLFiles.importWriteDiscounts,
    ])
}
