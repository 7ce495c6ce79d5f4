// SPDX-License-Identifier: Apache-2.0

// MARK: - Charging

extension SQLFiles {
  /// Takes in charges that a gateway has approved.
  public static let adoptCharges = SQLFile("adopt_charges", PackageResources.adopt_charges_sql)
  /// Notes that a person has dealt with a charge that the books cannot take in.
  public static let dismissCharge = SQLFile("dismiss_charge", PackageResources.dismiss_charge_sql)
  /// Notes why nobody is charged at a gateway.
  public static let noteDoubt = SQLFile("note_doubt", PackageResources.note_doubt_sql)
  /// Notes that all of a charge came back.
  public static let returnCharge = SQLFile("return_charge", PackageResources.return_charge_sql)
  /// Lets charging at a gateway go on.
  public static let settleDoubt = SQLFile("settle_doubt", PackageResources.settle_doubt_sql)
  /// Adds charges of a gateway to those to compare.
  public static let addGatewayCharges = SQLFile(
    "add_gateway_charges", PackageResources.add_gateway_charges_sql)
  /// Where gateways and books differ.
  public static let compareGatewayCharges = SQLFile(
    "compare_gateway_charges", PackageResources.compare_gateway_charges_sql)
  /// Where gateways and books differ about refunds.
  public static let compareGatewayRefunds = SQLFile(
    "compare_gateway_refunds", PackageResources.compare_gateway_refunds_sql)
  /// How many charges are unknown for too long.
  public static let countOverdueAttempts = SQLFile(
    "count_overdue_attempts", PackageResources.count_overdue_attempts_sql)
  /// What a retry policy does when no attempt is left.
  public static let endCharging = SQLFile("end_charging", PackageResources.end_charging_sql)
  /// Which charges of a gateway have no place in the books.
  public static let findStrangeCharges = SQLFile(
    "find_strange_charges", PackageResources.find_strange_charges_sql)
  /// Notes on a run how long a step after billing took.
  public static let endPhase = SQLFile("end_phase", PackageResources.end_phase_sql)
  /// What became of some attempts.
  public static let listAttempts = SQLFile("list_attempts", PackageResources.list_attempts_sql)
  /// The sellers of some invoices.
  public static let listInvoiceSellers = SQLFile(
    "list_invoice_sellers", PackageResources.list_invoice_sellers_sql)
  /// Charges whose outcome nobody knows.
  public static let listUnknownAttempts = SQLFile(
    "list_unknown_attempts", PackageResources.list_unknown_attempts_sql)
  /// What charging has come to.
  public static let reportCollections = SQLFile(
    "report_collections", PackageResources.report_collections_sql)
  /// The holidays of some countries.
  public static let listHolidays = SQLFile("list_holidays", PackageResources.list_holidays_sql)
  /// Attempts whose outcome is not known.
  public static let listLiveAttempts = SQLFile(
    "list_live_attempts", PackageResources.list_live_attempts_sql)
  /// Some attempts whose outcome is not known.
  public static let loadLiveAttempts = SQLFile(
    "load_live_attempts", PackageResources.load_live_attempts_sql)
  /// The gateways of payment sources that are in use.
  public static let listUsedGateways = SQLFile(
    "list_used_gateways", PackageResources.list_used_gateways_sql)
  /// Charges that a gateway has approved and the books have not.
  public static let listAdoptableCharges = SQLFile(
    "list_adoptable_charges", PackageResources.list_adoptable_charges_sql)
  /// What charging needs to know of invoices.
  public static let loadCharges = SQLFile("load_charges", PackageResources.load_charges_sql)
  /// What declines mean to customers.
  public static let loadDeclineRules = SQLFile(
    "load_decline_rules", PackageResources.load_decline_rules_sql)
  /// What was declined of invoices, with the policy of each.
  public static let loadDeclines = SQLFile("load_declines", PackageResources.load_declines_sql)
  /// For which accounts, and from where, was charged.
  public static let loadGatewayAccounts = SQLFile(
    "load_gateway_accounts", PackageResources.load_gateway_accounts_sql)
  /// The next invoices whose charge is due, their payers locked.
  public static let lockDueCharges = SQLFile(
    "lock_due_charges", PackageResources.lock_due_charges_sql)
  /// Takes in what gateways say they have approved.
  public static let makeGatewayCharges = SQLFile(
    "make_gateway_charges", PackageResources.make_gateway_charges_sql)
  /// Which books these are, and where.
  public static let readBook = SQLFile("read_book", PackageResources.read_book_sql)
  /// An attempt, with the day on which it is looked at.
  public static let showAttempt = SQLFile("show_attempt", PackageResources.show_attempt_sql)
  /// Notes for which account, and from where, is charged.
  public static let rememberGateway = SQLFile(
    "remember_gateway", PackageResources.remember_gateway_sql)
  /// Ends the plan of automatic charges of what a payment settled.
  public static let endChargePlans = SQLFile(
    "end_charge_plans", PackageResources.end_charge_plans_sql)
  /// When invoices are charged next.
  public static let scheduleCharges = SQLFile(
    "schedule_charges", PackageResources.schedule_charges_sql)
  /// Intents of charges.
  public static let writeIntents = SQLFile("write_intents", PackageResources.write_intents_sql)
  /// What became of charges.
  public static let writeOutcomes = SQLFile("write_outcomes", PackageResources.write_outcomes_sql)
  /// The gateway's own ids of charges.
  public static let writeReferences = SQLFile(
    "write_references", PackageResources.write_references_sql)
}
