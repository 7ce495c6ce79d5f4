// SPDX-License-Identifier: Apache-2.0

extension SQLFiles {
  /// Lets the planner know of what came in, before the first run reads it.
  public static let importAnalyze = SQLFile("import_analyze", PackageResources.import_analyze_sql)
  /// Lets the planner know how many lines of each object there are.
  public static let importAnalyzeLines = SQLFile(
    "import_analyze_lines", PackageResources.import_analyze_lines_sql)
  /// Checks chasing cadences and their steps.
  public static let importCheckChasingCadences = SQLFile(
    "import_check_chasing_cadences", PackageResources.import_check_chasing_cadences_sql)
  /// Checks coupons.
  public static let importCheckCoupons = SQLFile(
    "import_check_coupons", PackageResources.import_check_coupons_sql)
  /// Checks credits.
  public static let importCheckCredits = SQLFile(
    "import_check_credits", PackageResources.import_check_credits_sql)
  /// Checks what customers name and share.
  public static let importCheckCustomerSets = SQLFile(
    "import_check_customer_sets", PackageResources.import_check_customer_sets_sql)
  /// Checks customers.
  public static let importCheckCustomers = SQLFile(
    "import_check_customers", PackageResources.import_check_customers_sql)
  /// Checks the mandates of accounts that are debited by files.
  public static let importCheckMandates = SQLFile(
    "import_check_mandates", PackageResources.import_check_mandates_sql)
  /// Checks holidays.
  public static let importCheckHolidays = SQLFile(
    "import_check_holidays", PackageResources.import_check_holidays_sql)
  /// Checks catalog items.
  public static let importCheckItems = SQLFile(
    "import_check_items", PackageResources.import_check_items_sql)
  /// Checks what a known subscription may change.
  public static let importCheckKnownSubscriptions = SQLFile(
    "import_check_known_subscriptions", PackageResources.import_check_known_subscriptions_sql)
  /// Refuses customers whose parents go round in a circle, and those below a refused one.
  public static let importCheckParents = SQLFile(
    "import_check_parents", PackageResources.import_check_parents_sql)
  /// Checks pending line items.
  public static let importCheckPendingLineItems = SQLFile(
    "import_check_pending_line_items", PackageResources.import_check_pending_line_items_sql)
  /// Checks plans.
  public static let importCheckPlans = SQLFile(
    "import_check_plans", PackageResources.import_check_plans_sql)
  /// Refuses attachments beyond a coupon's max_redemptions.
  public static let importCheckRedemptions = SQLFile(
    "import_check_redemptions", PackageResources.import_check_redemptions_sql)
  /// Checks the series of numbers that sellers go on with.
  public static let importCheckNumberSeries = SQLFile(
    "import_check_number_series", PackageResources.import_check_number_series_sql)
  /// Makes the series of numbers that sellers go on with.
  public static let importWriteNumberSeries = SQLFile(
    "import_write_number_series", PackageResources.import_write_number_series_sql)
  /// Finds objects that occur twice in one import; the first of them stands.
  public static let importCheckRepeats = SQLFile(
    "import_check_repeats", PackageResources.import_check_repeats_sql)
  /// Checks retry policies.
  public static let importCheckRetryPolicies = SQLFile(
    "import_check_retry_policies", PackageResources.import_check_retry_policies_sql)
  /// Checks sellers.
  public static let importCheckSellers = SQLFile(
    "import_check_sellers", PackageResources.import_check_sellers_sql)
  /// Finds unknown objects and fields, missing fields and wrong types, shape by shape.
  public static let importCheckShapes = SQLFile(
    "import_check_shapes", PackageResources.import_check_shapes_sql)
  /// Checks changes of subscriptions.
  public static let importCheckSubscriptionChanges = SQLFile(
    "import_check_subscription_changes", PackageResources.import_check_subscription_changes_sql)
  /// Refuses changes of subscriptions that are known and that another one of their day came after.
  public static let importCheckOvertakenChanges = SQLFile(
    "import_check_overtaken_changes", PackageResources.import_check_overtaken_changes_sql)
  /// Checks the tax rates and coupons of subscriptions.
  public static let importCheckSubscriptionSets = SQLFile(
    "import_check_subscription_sets", PackageResources.import_check_subscription_sets_sql)
  /// Checks subscriptions.
  public static let importCheckSubscriptions = SQLFile(
    "import_check_subscriptions", PackageResources.import_check_subscriptions_sql)
  /// Checks tax rates.
  public static let importCheckTaxRates = SQLFile(
    "import_check_tax_rates", PackageResources.import_check_tax_rates_sql)
  /// Checks the tiers of plans (RULES 1.9).
  public static let importCheckTiers = SQLFile(
    "import_check_tiers", PackageResources.import_check_tiers_sql)
  /// Checks usage records.
  public static let importCheckUsageRecords = SQLFile(
    "import_check_usage_records", PackageResources.import_check_usage_records_sql)
  /// Finds known subscriptions with covered days, and those whose add-ons or coupons change.
  public static let importCompareSubscriptions = SQLFile(
    "import_compare_subscriptions", PackageResources.import_compare_subscriptions_sql)
  /// Copies lines in as binary rows (line integer, doc jsonb).
  public static let importCopyLines = SQLFile(
    "import_copy_lines", PackageResources.import_copy_lines_sql)
  /// Copies lines in as binary rows (line integer, content bytea).
  public static let importCopyTexts = SQLFile(
    "import_copy_texts", PackageResources.import_copy_texts_sql)
  /// Counts what is wrong.
  public static let importCountErrors = SQLFile(
    "import_count_errors", PackageResources.import_count_errors_sql)
  /// Counts the lines of each object.
  public static let importCountObjects = SQLFile(
    "import_count_objects", PackageResources.import_count_objects_sql)
  /// Counts coupons attached and those given back unused (RULES 0.9).
  public static let importCountRedemptions = SQLFile(
    "import_count_redemptions", PackageResources.import_count_redemptions_sql)
  /// Fills the table of the fields of every object.
  public static let importFields = SQLFile("import_fields", PackageResources.import_fields_sql)
  /// Finds the different shapes of lines and of the objects within.
  public static let importFindShapes = SQLFile(
    "import_find_shapes", PackageResources.import_find_shapes_sql)
  /// Lists what is wrong, errors that only follow from another refused line last.
  public static let importListErrors = SQLFile(
    "import_list_errors", PackageResources.import_list_errors_sql)
  /// Lists refused lines with their reasons, to be mended and imported again.
  public static let importListRefused = SQLFile(
    "import_list_refused", PackageResources.import_list_refused_sql)
  /// Moves the sequences on behind the ids that objects brought along.
  public static let importMoveSequences = SQLFile(
    "import_move_sequences", PackageResources.import_move_sequences_sql)
  /// Fills the table of objects that a line may be, with the fields by which one is known.
  public static let importObjects = SQLFile("import_objects", PackageResources.import_objects_sql)
  /// Makes the staging tables and readers of one import.
  public static let importOpen = SQLFile("import_open", PackageResources.import_open_sql)
  /// Empties the staging tables.
  public static let importEmpty = SQLFile("import_empty", PackageResources.import_empty_sql)
  /// Gives back the places that deleted rows have left in the staging tables.
  public static let importShrink = SQLFile("import_shrink", PackageResources.import_shrink_sql)
  /// Tells the server what suits imports.
  public static let importSetPlanner = SQLFile(
    "import_set_planner", PackageResources.import_set_planner_sql)
  /// Stages objects as text.
  public static let importStageText = SQLFile(
    "import_stage_text", PackageResources.import_stage_text_sql)
  /// Reads the add-ons of subscriptions and changes from good lines; position makes the slot.
  public static let importReadAddons = SQLFile(
    "import_read_addons", PackageResources.import_read_addons_sql)
  /// Reads chasing cadences from good lines.
  public static let importReadChasingCadences = SQLFile(
    "import_read_chasing_cadences", PackageResources.import_read_chasing_cadences_sql)
  /// Reads coupons from good lines.
  public static let importReadCoupons = SQLFile(
    "import_read_coupons", PackageResources.import_read_coupons_sql)
  /// Reads credits from good lines.
  public static let importReadCredits = SQLFile(
    "import_read_credits", PackageResources.import_read_credits_sql)
  /// Gives the fields of lines from CSV, all texts, their types; empty ones are left out.
  public static let importReadCSV = SQLFile("import_read_csv", PackageResources.import_read_csv_sql)
  /// Tells the import which countries are in the EU.
  public static let importSetMemberStates = SQLFile(
    "import_set_member_states", PackageResources.import_set_member_states_sql)
  /// Reads customers from good lines.
  public static let importReadCustomers = SQLFile(
    "import_read_customers", PackageResources.import_read_customers_sql)
  /// Reads the coupons of subscriptions from good lines, with what was counted of them.
  public static let importReadDiscounts = SQLFile(
    "import_read_discounts", PackageResources.import_read_discounts_sql)
  /// Reads holidays from good lines; a UNIX timestamp is taken in UTC.
  public static let importReadHolidays = SQLFile(
    "import_read_holidays", PackageResources.import_read_holidays_sql)
  /// Reads catalog items from good lines.
  public static let importReadItems = SQLFile(
    "import_read_items", PackageResources.import_read_items_sql)
  /// Reads the payment sources of customers from good lines.
  public static let importReadPaymentSources = SQLFile(
    "import_read_payment_sources", PackageResources.import_read_payment_sources_sql)
  /// Reads pending line items from good lines; one of the catalog takes what is not given.
  public static let importReadPendingLineItems = SQLFile(
    "import_read_pending_line_items", PackageResources.import_read_pending_line_items_sql)
  /// Reads plans from good lines.
  public static let importReadPlans = SQLFile(
    "import_read_plans", PackageResources.import_read_plans_sql)
  /// Reads retry policies from good lines.
  public static let importReadRetryPolicies = SQLFile(
    "import_read_retry_policies", PackageResources.import_read_retry_policies_sql)
  /// Reads sellers from good lines.
  public static let importReadSellers = SQLFile(
    "import_read_sellers", PackageResources.import_read_sellers_sql)
  /// Reads changes of subscriptions from good lines.
  public static let importReadSubscriptionChanges = SQLFile(
    "import_read_subscription_changes", PackageResources.import_read_subscription_changes_sql)
  /// Reads subscriptions from good lines.
  public static let importReadSubscriptions = SQLFile(
    "import_read_subscriptions", PackageResources.import_read_subscriptions_sql)
  /// Reads tax rates from good lines.
  public static let importReadTaxRates = SQLFile(
    "import_read_tax_rates", PackageResources.import_read_tax_rates_sql)
  /// Reads lines one by one that could not be read together, and keeps what is wrong.
  public static let importReadTexts = SQLFile(
    "import_read_texts", PackageResources.import_read_texts_sql)
  /// Reads usage records from good lines, each with its plan.
  public static let importReadUsageRecords = SQLFile(
    "import_read_usage_records", PackageResources.import_read_usage_records_sql)
  /// Records the import.
  public static let importRecordEvent = SQLFile(
    "import_record_event", PackageResources.import_record_event_sql)
  /// Removes the add-ons of known subscriptions that get others.
  public static let importRemoveAddons = SQLFile(
    "import_remove_addons", PackageResources.import_remove_addons_sql)
  /// Removes the coupons of known subscriptions that get others; those that stay come back.
  public static let importRemoveDiscounts = SQLFile(
    "import_remove_discounts", PackageResources.import_remove_discounts_sql)
  /// Marks payment sources removed that another one replaces or that are taken away.
  public static let importRemovePaymentSources = SQLFile(
    "import_remove_payment_sources", PackageResources.import_remove_payment_sources_sql)
  /// Gives the session room for the staging tables, before it has made any.
  public static let importSetBuffers = SQLFile(
    "import_set_buffers", PackageResources.import_set_buffers_sql)
  /// Takes the lines that are refused already out of those that are read on.
  public static let importSetLinesAside = SQLFile(
    "import_set_lines_aside", PackageResources.import_set_lines_aside_sql)
  /// Drops the objects within lines that are refused already.
  public static let importSetPartsAside = SQLFile(
    "import_set_parts_aside", PackageResources.import_set_parts_aside_sql)
  /// Takes the objects within each line apart.
  public static let importSplitParts = SQLFile(
    "import_split_parts", PackageResources.import_split_parts_sql)
  /// Fills the table of the types that fields may have.
  public static let importTypes = SQLFile("import_types", PackageResources.import_types_sql)
  /// Adds the add-ons of subscriptions.
  public static let importWriteAddons = SQLFile(
    "import_write_addons", PackageResources.import_write_addons_sql)
  /// Makes chasing cadences; a changed one is a further version.
  public static let importWriteChasingCadences = SQLFile(
    "import_write_chasing_cadences", PackageResources.import_write_chasing_cadences_sql)
  /// Makes and updates coupons.
  public static let importWriteCoupons = SQLFile(
    "import_write_coupons", PackageResources.import_write_coupons_sql)
  /// Grants what customers bring along as credit (RULES 1.12, money).
  public static let importWriteCreditBalances = SQLFile(
    "import_write_credit_balances", PackageResources.import_write_credit_balances_sql)
  /// Grants credits.
  public static let importWriteCredits = SQLFile(
    "import_write_credits", PackageResources.import_write_credits_sql)
  /// Makes and updates customers.
  public static let importWriteCustomers = SQLFile(
    "import_write_customers", PackageResources.import_write_customers_sql)
  /// Attaches coupons to subscriptions.
  public static let importWriteDiscounts = SQLFile(
    "import_write_discounts", PackageResources.import_write_discounts_sql)
  /// Makes holidays.
  public static let importWriteHolidays = SQLFile(
    "import_write_holidays", PackageResources.import_write_holidays_sql)
  /// Makes and updates catalog items, and adds prices.
  public static let importWriteItems = SQLFile(
    "import_write_items", PackageResources.import_write_items_sql)
  /// Adds payment sources of customers.
  public static let importWritePaymentSources = SQLFile(
    "import_write_payment_sources", PackageResources.import_write_payment_sources_sql)
  /// Adds pending line items.
  public static let importWritePendingLineItems = SQLFile(
    "import_write_pending_line_items", PackageResources.import_write_pending_line_items_sql)
  /// Makes and updates plans, and adds prices.
  public static let importWritePlans = SQLFile(
    "import_write_plans", PackageResources.import_write_plans_sql)
  /// Makes and updates retry policies.
  public static let importWriteRetryPolicies = SQLFile(
    "import_write_retry_policies", PackageResources.import_write_retry_policies_sql)
  /// Makes and updates sellers.
  public static let importWriteSellers = SQLFile(
    "import_write_sellers", PackageResources.import_write_sellers_sql)
  /// Adds changes of subscriptions in the order of lines, but for those known to the letter.
  public static let importWriteSubscriptionChanges = SQLFile(
    "import_write_subscription_changes", PackageResources.import_write_subscription_changes_sql)
  /// Makes and updates subscriptions.
  public static let importWriteSubscriptions = SQLFile(
    "import_write_subscriptions", PackageResources.import_write_subscriptions_sql)
  /// Makes and updates tax rates, and adds versions.
  public static let importWriteTaxRates = SQLFile(
    "import_write_tax_rates", PackageResources.import_write_tax_rates_sql)
  /// Adds usage records.
  public static let importWriteUsageRecords = SQLFile(
    "import_write_usage_records", PackageResources.import_write_usage_records_sql)
}
