-- The invoices that transfers of a camt message pay, and that have a charge on its way: they may be
-- paid twice. Out, in order: entry_key, number text.
-- Index: bank_entry_pkey, settlement_payment_idx, payment_attempt_live_key.
select distinct e.entry_key, coalesce(n.number, i.invoice_id::text) as number
from bank_item t
join bank_entry e on e.entry_key = t.entry_key
join settlement s on s.payment_id = e.payment_id
join invoice i on i.invoice_id = s.invoice_id
left join invoice_number n on n.invoice_id = i.invoice_id
join payment_attempt a on a.invoice_id = i.invoice_id
  and a.state in ('intended', 'pending', 'unknown')
where t.kind = 'transfer'
order by e.entry_key, number
