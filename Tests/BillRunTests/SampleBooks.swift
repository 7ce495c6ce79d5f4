// SPDX-License-Identifier: Apache-2.0
import Postgres
import TestSupport

/// A small set of sound books, written by hand: two sellers, a run each, one document of each kind.
///
/// Acme (EUR, Berlin) billed Ann (discounts, exclusive tax, a credit that pays) and Ben (included
/// tax, and a credit note); Cara is paused and Dan is held. Tokyo (JPY) billed Emi, whose charge is
/// pending. Besides there are the seeds' first invoice as a draft of Ann's, and one voided.
enum SampleBooks {
  /// Lends a database with these books, in which the statements were run after.
  static func with<Value: Sendable>(
    _ change: String = "", _ body: (TemporaryDatabase) async throws -> Value
  ) async throws -> Value {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      // Triggers and foreign keys are for the living; here faults are planted behind their backs.
      try await connection.run(script: "set session_replication_role = replica;" + sql + change)
      await connection.close()
      return try await body(database)
    }
  }

  static let sql = catalog + customers + runs + documents + coverage + books

  private static let catalog = """
    insert into seller (code, name, country, currency, time_zone, number_format) values
      ('acme', 'Acme GmbH', 'DE', 'eur', 'Europe/Berlin', 'INV-{seq:06}'),
      ('tokyo', 'Tokyo KK', 'JP', 'jpy', 'Asia/Tokyo', 'T-{seq:04}');
    insert into tax_rate (code, name, inclusive) values
      ('de19', 'VAT', false), ('at20', 'USt', true);
    insert into tax_rate_version (tax_rate_id, value) values (1, 19), (2, 20);
    insert into coupon (code, name, value, is_percent, currency) values
      ('ten', 'Ten per cent', 10, true, null), ('five', 'Five off', 5, false, 'eur');
    insert into item (code, name, currency, type) values
      ('delivery', 'Delivery', 'eur', 'service');
    insert into plan (code, name, currency, interval) values
      ('pro', 'Pro', 'eur', 'month'), ('seat', 'Seat', 'eur', 'month'),
      ('kiosk', 'Kiosk', 'jpy', 'month');
    insert into price (plan_id, amount) values (1, 49), (2, 12.5), (3, 1000);

    """

  private static let customers = """
    insert into customer (customer_id, seller_id, name, number, email, payment_terms, autopay,
      metadata)
    values (1, 1, 'Ann', 'C-1', 'ann@example.com', 'NET 14', false, '{"tier":"gold"}'),
      (2, 1, 'Ben', null, null, null, false, '{}'), (3, 1, 'Cara', null, null, null, false, '{}'),
      (4, 1, 'Dan', null, null, null, false, '{}'),
      (5, 2, 'Emi', null, null, 'AutoPay', true, '{}');
    insert into payment_source (customer_id, object, gateway, token) values
      (5, 'card', 'simulated', 'approve');
    insert into subscription (subscription_id, customer_id, plan_id, start_date, trial_end, paused,
      bill_in)
    values (1, 1, 1, '2026-11-01', null, false, 'advance'),
      (2, 2, 1, '2026-10-15', '2026-11-01', false, 'advance'),
      (3, 3, 1, '2026-11-01', null, true, 'advance'),
      (4, 4, 2, '2026-11-01', null, false, 'advance'),
      (5, 5, 3, '2026-10-01', null, false, 'arrears');
    insert into subscription_addon (subscription_id, slot, plan_id, quantity) values (1, 1, 2, 3);

    """

  private static let runs = """
    insert into run (kind, seller_id, as_of, invoice_date, state, population, batches, program,
      opened_at, closed_at, fingerprint, phases)
    values ('regular', 1, '2026-11-01', '2026-11-01', 'posted', 4, 1, 'billrun 0.1.0',
        '2026-11-01 04:00+00', '2026-11-01 04:00:02+00', 'sha256:00ff',
        '[{"name":"open","seconds":0.012},{"name":"bill","seconds":1.5}]'),
      ('regular', 2, '2026-11-01', '2026-11-01', 'posted', 1, 1, 'billrun 0.1.0',
        '2026-11-01 04:01+00', '2026-11-01 04:01:02+00', 'sha256:0123',
        '[{"name":"bill","seconds":0.004},{"name":"charge","seconds":0.5}]');
    insert into run_batch (run_id, batch_no, payer_ids, done) values
      (1, 1, '{1,2,3,4}', true), (2, 1, '{5}', true);
    insert into run_account (run_id, customer_id, batch_no, outcome, reason, invoices, inputs,
      outputs)
    values (1, 1, 1, 'invoiced', null, 1, '', ''), (1, 2, 1, 'invoiced', null, 2, '', ''),
      (1, 3, 1, 'nothing_due', 'paused', 0, '', ''),
      (1, 4, 1, 'held', 'price_missing', 0, '', ''), (2, 5, 1, 'invoiced', null, 1, '', '');
    insert into hold (customer_id, placed_by, code, message, first_run_id, last_run_id,
      first_seen_at, last_seen_at, released_at, released_by)
    values (4, 'run', 'price_missing', 'plan seat has no price on 2026-11-01', 1, 1,
        '2026-11-01 04:00:01+00', '2026-11-01 04:00:01+00', null, null),
      (1, 'operator', 'operator', 'address unclear', null, null,
        '2026-10-20 12:00+00', '2026-10-20 12:00+00', '2026-10-21 12:00+00', 'ops');

    """

  private static let documents = """
    insert into invoice (invoice_id, kind, state, seller_id, customer_id, subscription_id, run_id,
      currency, invoice_date, due_date, payment_terms, autopay, chase, subtotal_minor,
      discount_minor, tax_minor, total_minor, settled_minor, credits_applied_minor,
      seller_party_version, customer_party_version, attempt_count, sent_at, metadata, created_at)
    values
      (1, 'invoice', 'open', 1, 1, 1, 1, 'eur', '2026-11-01', '2026-11-15', 'NET 14', false, true,
        8650, 990, 1455, 9115, 2000, 2000, 1, 1, 0, '2026-11-01 06:00+00', '{"po":7}',
        '2026-11-01 04:00:01+00'),
      (2, 'invoice', 'open', 1, 2, 2, 1, 'eur', '2026-11-01', '2026-11-01', null, false, true,
        4900, 0, 0, 4900, 0, 0, 1, 1, 0, null, null, '2026-11-01 04:00:01+00'),
      (3, 'invoice', 'open', 2, 5, 5, 2, 'jpy', '2026-11-01', null, 'AutoPay', true, false,
        2000, 0, 0, 2000, 0, 0, 1, 1, 1, null, null, '2026-11-01 04:01:01+00'),
      (4, 'credit_note', 'open', 1, 2, 2, 1, 'eur', '2026-11-01', null, null, false, false,
        1000, 0, 190, 1190, 0, 0, 1, 1, 0, null, null, '2026-11-01 04:00:01+00'),
      (5, 'invoice', 'draft', 1, 1, null, null, 'eur', '2026-11-02', '2026-11-16', 'NET 14', false,
        true, 5500, 0, 385, 5885, 0, 0, 1, 1, 0, null, null, '2026-11-02 09:00+00'),
      (6, 'invoice', 'voided', 1, 1, null, null, 'eur', '2026-11-02', '2026-11-16', 'NET 14', false,
        true, 100, 0, 0, 100, 0, 0, 1, 1, 0, null, null, '2026-11-02 09:10+00');
    insert into invoice_line (invoice_id, line_no, kind, subscription_id, slot, price_id, item_id,
      name, quantity, unit_cost, amount_minor, discount_minor, invoice_discount_minor, net_minor,
      period_start, period_end, tax_date, tax_nos)
    values
      (1, 1, 'period', 1, 0, 1, null, null, 1, 49, 4900, 490, 270, 4140,
        '2026-11-01', '2026-12-01', '2026-11-30', '{1}'),
      (1, 2, 'period', 1, 1, 2, null, null, 3, 12.500, 3750, 0, 230, 3520,
        '2026-11-01', '2026-12-01', '2026-11-30', '{1}'),
      (2, 1, 'period', 2, 0, 1, null, null, 1, 49, 4900, 0, 0, 4083,
        '2026-11-01', '2026-12-01', '2026-11-30', '{1}'),
      (3, 1, 'period', 5, 0, 3, null, null, 2, 1000, 2000, 0, 0, 2000,
        '2026-10-01', '2026-11-01', '2026-10-31', null),
      (4, 1, 'credit', 2, 0, 1, null, 'Credit for October', 1, 10, 1000, 0, 0, 1000,
        '2026-10-15', '2026-10-20', '2026-10-19', '{1}'),
      (5, 1, 'manual', null, null, null, null, 'Copy Paper, Case', 1, 45, 4500, 0, 0, 4500,
        null, null, '2026-11-02', '{1}'),
      (5, 2, 'manual', null, null, null, 1, null, 1, 10, 1000, 0, 0, 1000,
        null, null, '2026-11-02', '{1}'),
      (6, 1, 'manual', null, null, null, null, 'A mistake', 1, 1, 100, 0, 0, 100,
        null, null, '2026-11-02', null);
    insert into invoice_discount (invoice_id, discount_no, line_no, coupon_id, amount_minor,
      share_lines, share_minor)
    values (1, 1, 1, 1, 490, null, null), (1, 2, null, 2, 500, '{1,2}', '{270,230}');
    insert into invoice_tax (invoice_id, tax_no, tax_rate_version_id, category, percent, inclusive,
      base_minor, amount_minor)
    values (1, 1, 1, 'S', 19, false, 7660, 1455), (2, 1, 2, 'S', 20, true, 4083, 817),
      (4, 1, 1, 'S', 19, false, 1000, 190), (5, 1, null, 'S', null, false, 5500, 385);
    insert into line_credit (invoice_id, line_no, of_invoice_id, of_line_no, amount_minor)
    values (4, 1, 2, 1, 1000);
    insert into line_credit_tax (invoice_id, line_no, of_tax_no, tax_no, amount_minor)
    values (4, 1, 1, 1, 190);
    insert into number_series (seller_id, kind, format, next_seq, last_date) values
      (1, 'invoice', 'INV-{seq:06}', 4, '2026-11-02'),
      (1, 'credit_note', 'CN-{seq:06}', 2, '2026-11-01'),
      (2, 'invoice', 'T-{seq:04}', 2, '2026-11-01');
    insert into invoice_number (number_series_id, seq, seller_id, invoice_id, number) values
      (1, 1, 1, 1, 'INV-000001'), (1, 2, 1, 2, 'INV-000002'), (1, 3, 1, 6, 'INV-000003'),
      (2, 1, 1, 4, 'CN-000001'), (3, 1, 2, 3, 'T-0001');

    """

  private static let coverage = """
    insert into coverage (subscription_id, slot, span_start, span_end, invoice_id, line_no, reason)
    values (1, 0, '2026-11-01', '2026-12-01', 1, 1, null),
      (1, 1, '2026-11-01', '2026-12-01', 1, 2, null),
      (2, 0, '2026-10-15', '2026-11-01', null, null, 'trial'),
      (2, 0, '2026-11-01', '2026-12-01', 2, 1, null),
      (3, 0, '2026-11-01', '2026-12-01', null, null, 'paused'),
      (5, 0, '2026-10-01', '2026-11-01', 3, 1, null);
    insert into billing_cursor (subscription_id, covered_through, next_bill_on) values
      (1, '2026-12-01', '2026-12-01'), (2, '2026-12-01', '2026-12-01'),
      (3, '2026-12-01', '2026-12-01'), (4, null, null), (5, '2026-11-01', '2026-12-01');

    """

  private static let books = """
    insert into credit (customer_id, kind, currency, amount_minor, used_minor, granted_on,
      credit_note_id)
    values (1, 'money', 'eur', 3000, 2000, '2026-10-01', null),
      (2, 'credit_note', 'eur', 1190, 0, '2026-11-01', 4);
    insert into settlement (invoice_id, kind, amount_minor, effective_on, credit_id) values
      (1, 'credit', 2000, '2026-11-01', 1);
    insert into payment_attempt (invoice_id, try, state, gateway, payment_source_id,
      idempotency_key, currency, amount_minor, as_of, request, intended_at)
    values (3, 1, 'pending', 'simulated', 1, 'inv-3-try-1', 'jpy', 2000, '2026-11-01', '{}',
      '2026-11-01 04:01:01+00');
    insert into journal (seller_id, event, entry_date, currency, run_id, batch_no, invoice_id)
    values
      (1, 'post', '2026-11-01', 'eur', 1, 1, null), (2, 'post', '2026-11-01', 'jpy', 2, 1, null),
      (1, 'post', '2026-11-02', 'eur', null, null, 6),
      (1, 'void', '2026-11-02', 'eur', null, null, 6),
      (1, 'opening', '2026-10-01', 'eur', null, null, null),
      (1, 'payment', '2026-11-02', 'eur', null, null, null);
    insert into journal_line (journal_id, line_no, account_code, amount_minor) values
      (1, 1, '1200', 14015), (1, 2, '2300', -11743), (1, 3, '2200', -2272),
      (1, 4, '2100', 2000), (1, 5, '1200', -2000),
      (1, 6, '4000', 1000), (1, 7, '2200', 190), (1, 8, '2110', -1190),
      (2, 1, '1200', 2000), (2, 2, '4000', -2000),
      (3, 1, '1200', 100), (3, 2, '4000', -100), (4, 1, '1200', -100), (4, 2, '4000', 100),
      (5, 1, '3000', 3000), (5, 2, '2100', -3000), (6, 1, '1000', 500), (6, 2, '2100', -500);
    insert into payment (customer_id, currency, amount_minor, received_on)
    values (1, 'eur', 500, '2026-11-02');
    insert into credit (customer_id, kind, currency, amount_minor, granted_on, payment_id)
    values (1, 'money', 'eur', 500, '2026-11-02', 1);

    """
}
