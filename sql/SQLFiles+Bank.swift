// SPDX-License-Identifier: Apache-2.0

// MARK: - Files to banks, and back

extension SQLFiles {
  /// Notes what a person did about a kept entry.
  public static let clearBankEntry = SQLFile(
    "clear_bank_entry", PackageResources.clear_bank_entry_sql)
  /// Clears credits of rejected debits that the bank has taken back.
  public static let clearReturnedCredits = SQLFile(
    "clear_returned_credits", PackageResources.clear_returned_credits_sql)
  /// Clears money that went out and is a refund which the books have.
  public static let clearToldRefunds = SQLFile(
    "clear_told_refunds", PackageResources.clear_told_refunds_sql)
  /// Clears what was listed since a statement was missing or did not have it.
  public static let clearStatedEntries = SQLFile(
    "clear_stated_entries", PackageResources.clear_stated_entries_sql)
  /// How many debits of a file are not declined.
  public static let countStandingDebits = SQLFile(
    "count_standing_debits", PackageResources.count_standing_debits_sql)
  /// Debits past their final day whose file nobody has handed over.
  public static let countStuckDebits = SQLFile(
    "count_stuck_debits", PackageResources.count_stuck_debits_sql)
  /// Lists transfers that may be known.
  public static let doubtBankItems = SQLFile(
    "doubt_bank_items", PackageResources.doubt_bank_items_sql)
  /// Lists money that went out and may be a return.
  public static let doubtBankOutflows = SQLFile(
    "doubt_bank_outflows", PackageResources.doubt_bank_outflows_sql)
  /// Lists transfers that perhaps stand in the place of a kept one.
  public static let doubtCorrectedItems = SQLFile(
    "doubt_corrected_items", PackageResources.doubt_corrected_items_sql)
  /// Notes which statements are another version of one that was read.
  public static let noteCorrectedStatements = SQLFile(
    "note_corrected_statements", PackageResources.note_corrected_statements_sql)
  /// Lists debits of a file that are not to be collected by it.
  public static let listSpentDebits = SQLFile(
    "list_spent_debits", PackageResources.list_spent_debits_sql)
  /// Lists credits of debits that are declined.
  public static let doubtDeclinedCredits = SQLFile(
    "doubt_declined_credits", PackageResources.doubt_declined_credits_sql)
  /// Lists transfers that may be recorded by hand already.
  public static let doubtRecordedItems = SQLFile(
    "doubt_recorded_items", PackageResources.doubt_recorded_items_sql)
  /// The id and the name of the next file to a bank.
  public static let drawBankFileID = SQLFile(
    "draw_bank_file_id", PackageResources.draw_bank_file_id_sql)
  /// The first thing in a camt message that cannot be read.
  public static let findBankFaults = SQLFile(
    "find_bank_faults", PackageResources.find_bank_faults_sql)
  /// What a kept entry is as a fee of the bank.
  public static let findEntryFee = SQLFile("find_entry_fee", PackageResources.find_entry_fee_sql)
  /// When a file of a bank was read before.
  public static let findBankReport = SQLFile(
    "find_bank_report", PackageResources.find_bank_report_sql)
  /// Forgets credits of debits that no statement has.
  public static let forgetUnstatedBookings = SQLFile(
    "forget_unstated_bookings", PackageResources.forget_unstated_bookings_sql)
  /// Forgets returns of debits that no statement has.
  public static let forgetUnstatedReturns = SQLFile(
    "forget_unstated_returns", PackageResources.forget_unstated_returns_sql)
  /// Drops numbers that stand in the texts of transfers by chance.
  public static let dropChanceNumbers = SQLFile(
    "drop_chance_numbers", PackageResources.drop_chance_numbers_sql)
  /// Keeps what was credited of debits before they were rejected.
  public static let keepRejectedCredits = SQLFile(
    "keep_rejected_credits", PackageResources.keep_rejected_credits_sql)
  /// Keeps debits that a bank rejects since it has them already.
  public static let keepTwiceSent = SQLFile(
    "keep_twice_sent", PackageResources.keep_twice_sent_sql)
  /// Clears such debits once they are credited, or pending no longer.
  public static let clearTwiceSent = SQLFile(
    "clear_twice_sent", PackageResources.clear_twice_sent_sql)
  /// Keeps returns of debits that no statement has credited.
  public static let keepUncreditedReturns = SQLFile(
    "keep_uncredited_returns", PackageResources.keep_uncredited_returns_sql)
  /// Keeps what is booked and no statement has.
  public static let keepUnstatedEntries = SQLFile(
    "keep_unstated_entries", PackageResources.keep_unstated_entries_sql)
  /// The accounts of a camt message, with the kinds of its transactions.
  public static let listBankAccounts = SQLFile(
    "list_bank_accounts", PackageResources.list_bank_accounts_sql)
  /// The blocks of a file to a bank.
  public static let listBankBlocks = SQLFile(
    "list_bank_blocks", PackageResources.list_bank_blocks_sql)
  /// What statements told of and was kept.
  public static let listBankEntries = SQLFile(
    "list_bank_entries", PackageResources.list_bank_entries_sql)
  /// Files to banks.
  public static let listBankFiles = SQLFile("list_bank_files", PackageResources.list_bank_files_sql)
  /// What an earlier file may have told of in other words.
  public static let listBankLikenesses = SQLFile(
    "list_bank_likenesses", PackageResources.list_bank_likenesses_sql)
  /// Blocks of which the bank has booked debits later than on the day of their collection.
  public static let listLateBlocks = SQLFile(
    "list_late_blocks", PackageResources.list_late_blocks_sql)
  /// What waits for the next file to a bank, by when payers were told.
  public static let listBankNotices = SQLFile(
    "list_bank_notices", PackageResources.list_bank_notices_sql)
  /// The debits that a pain.002 message rejects.
  public static let listBankRejects = SQLFile(
    "list_bank_rejects", PackageResources.list_bank_rejects_sql)
  /// What a pain.002 message says that nobody here can act on.
  public static let listBankRemarks = SQLFile(
    "list_bank_remarks", PackageResources.list_bank_remarks_sql)
  /// The debits that a camt message takes back.
  public static let listBankReturns = SQLFile(
    "list_bank_returns", PackageResources.list_bank_returns_sql)
  /// Debits that are final by now.
  public static let listFinalDebits = SQLFile(
    "list_final_debits", PackageResources.list_final_debits_sql)
  /// What a camt message tells of that is neither taken nor kept.
  public static let listUnkeptItems = SQLFile(
    "list_unkept_items", PackageResources.list_unkept_items_sql)
  /// Approved debits whose money no statement has credited.
  public static let listUnseenDebits = SQLFile(
    "list_unseen_debits", PackageResources.list_unseen_debits_sql)
  /// Debits that are in no file for a reason.
  public static let listWaitingDebits = SQLFile(
    "list_waiting_debits", PackageResources.list_waiting_debits_sql)
  /// Debits that would collect what is no longer owed.
  public static let listWithdrawnDebits = SQLFile(
    "list_withdrawn_debits", PackageResources.list_withdrawn_debits_sql)
  /// Invoices that were paid by transfer while a charge is on its way.
  public static let listPaidPending = SQLFile(
    "list_paid_pending", PackageResources.list_paid_pending_sql)
  /// Takes in what a camt message says.
  public static let makeBankItems = SQLFile("make_bank_items", PackageResources.make_bank_items_sql)
  /// Has who reads another file of a bank wait.
  public static let lockBankEntries = SQLFile(
    "lock_bank_entries", PackageResources.lock_bank_entries_sql)
  /// Marks returns that cannot be taken as they are.
  public static let markBankItems = SQLFile("mark_bank_items", PackageResources.mark_bank_items_sql)
  /// Finds what an earlier file told of in the same words.
  public static let matchBankItems = SQLFile(
    "match_bank_items", PackageResources.match_bank_items_sql)
  /// Finds the invoice whose number a transfer has in other case or with other signs.
  public static let matchLooseNumbers = SQLFile(
    "match_loose_numbers", PackageResources.match_loose_numbers_sql)
  /// Moves a file to a bank into its next state.
  public static let moveBankFile = SQLFile("move_bank_file", PackageResources.move_bank_file_sql)
  /// Names what no file told of before.
  public static let nameBankItems = SQLFile("name_bank_items", PackageResources.name_bank_items_sql)
  /// Finds which debits credits name by other means than the field for it.
  public static let nameCreditedDebits = SQLFile(
    "name_credited_debits", PackageResources.name_credited_debits_sql)
  /// Notes when the bank has booked blocks of debits.
  public static let noteBankBookings = SQLFile(
    "note_bank_bookings", PackageResources.note_bank_bookings_sql)
  /// Reads the transactions of a camt message.
  public static let readBankItems = SQLFile("read_bank_items", PackageResources.read_bank_items_sql)
  /// Notes which kept entry each transaction is.
  public static let pairBankItems = SQLFile("pair_bank_items", PackageResources.pair_bank_items_sql)
  /// Puts off the day on which debits are final.
  public static let putOffBlocks = SQLFile("put_off_blocks", PackageResources.put_off_blocks_sql)
  /// Has statements join by sets, or as the server likes.
  public static let planBySets = SQLFile("plan_by_sets", PackageResources.plan_by_sets_sql)
  /// Notes that a debit brought no money.
  public static let noteUncollectedDebit = SQLFile(
    "note_uncollected_debit", PackageResources.note_uncollected_debit_sql)
  /// Which of some payments may be what statements told of.
  public static let findToldPayments = SQLFile(
    "find_told_payments", PackageResources.find_told_payments_sql)
  /// Reads the balances of statements.
  public static let readBankStatements = SQLFile(
    "read_bank_statements", PackageResources.read_bank_statements_sql)
  /// Keeps the balances of statements.
  public static let keepBankStatements = SQLFile(
    "keep_bank_statements", PackageResources.keep_bank_statements_sql)
  /// What balances of statements do not come to.
  public static let listBankGaps = SQLFile("list_bank_gaps", PackageResources.list_bank_gaps_sql)
  /// Leaves out what a camt message tells of accounts that are not ours.
  public static let dropForeignItems = SQLFile(
    "drop_foreign_items", PackageResources.drop_foreign_items_sql)
  /// Notes listed blocks as booked that their debits come to by now.
  public static let collectListedBlocks = SQLFile(
    "collect_listed_blocks", PackageResources.collect_listed_blocks_sql)
  /// Notes the debits of a listed entry as booked, on a person's word.
  public static let collectListedEntry = SQLFile(
    "collect_listed_entry", PackageResources.collect_listed_entry_sql)
  /// Notes which kept entries a statement has.
  public static let noteStatedEntries = SQLFile(
    "note_stated_entries", PackageResources.note_stated_entries_sql)
  /// Notes when the bank took debits back.
  public static let noteBankReturns = SQLFile(
    "note_bank_returns", PackageResources.note_bank_returns_sql)
  /// Notes what the bank asked for returns.
  public static let noteReturnFees = SQLFile(
    "note_return_fees", PackageResources.note_return_fees_sql)
  /// What kind of message a bank's file is.
  public static let readBankRoot = SQLFile("read_bank_root", PackageResources.read_bank_root_sql)
  /// Which file a pain.002 message is about.
  public static let readBankStatus = SQLFile(
    "read_bank_status", PackageResources.read_bank_status_sql)
  /// The day and the minute that a moment falls on.
  public static let readLocalTime = SQLFile("read_local_time", PackageResources.read_local_time_sql)
  /// Remembers a file of a bank.
  public static let recordBankReport = SQLFile(
    "record_bank_report", PackageResources.record_bank_report_sql)
  /// Notes that debits were taken back.
  public static let returnAttempts = SQLFile(
    "return_attempts", PackageResources.return_attempts_sql)
  /// Notes that the money of approved debits is at the bank.
  public static let settleBankDebits = SQLFile(
    "settle_bank_debits", PackageResources.settle_bank_debits_sql)
  /// The bytes of a file to a bank.
  public static let showBankContent = SQLFile(
    "show_bank_content", PackageResources.show_bank_content_sql)
  /// Says what each transaction of a camt message is.
  public static let sortBankItems = SQLFile("sort_bank_items", PackageResources.sort_bank_items_sql)
  /// Puts new transfers where an import finds what payments are for.
  public static let stageBankTransfers = SQLFile(
    "stage_bank_transfers", PackageResources.stage_bank_transfers_sql)
  /// Supersedes sums of debits or returns that a message tells the transactions of.
  public static let supersedeBankSums = SQLFile(
    "supersede_bank_sums", PackageResources.supersede_bank_sums_sql)
  /// Puts the transactions of a booking in the place of its sum.
  public static let supersedeBankEntries = SQLFile(
    "supersede_bank_entries", PackageResources.supersede_bank_entries_sql)
  /// Takes back staged transfers that are none.
  public static let unstageBankTransfers = SQLFile(
    "unstage_bank_transfers", PackageResources.unstage_bank_transfers_sql)
  /// Keeps the transfers of a camt message.
  public static let writeBankEntries = SQLFile(
    "write_bank_entries", PackageResources.write_bank_entries_sql)
  /// Writes a pain.008 message with its blocks and debits.
  public static let writeBankFile = SQLFile("write_bank_file", PackageResources.write_bank_file_sql)
}
