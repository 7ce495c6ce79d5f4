-- Makes drafts open, with what posting decides: rounding, the credits that pay them, the parties of
-- now where they are posted for the first time (RULES 0.10), and when they are charged.
-- $1 invoice ids int8[], $2 rounding int8[], $3 credits applied int8[], $4 os_user text: null
-- writes no events. Whether it has a number is never joined: a table that was empty when the
-- statement was planned must not be read whole for each invoice.
-- Index: invoice_pkey, invoice_number_invoice_key.
with posted as (
  update invoice i
  set state = 'open', rounding_minor = a.rounding_minor, credits_applied_minor = a.credited_minor,
    seller_party_version = case
      when (select n.seq from invoice_number n where n.invoice_id = a.invoice_id) is null
      then s.party_version else i.seller_party_version end,
    customer_party_version = case
      when (select n.seq from invoice_number n where n.invoice_id = a.invoice_id) is null
      then c.party_version else i.customer_party_version end,
    next_payment_attempt_on = case
      when i.autopay and not i.missed and i.total_minor + a.rounding_minor > a.credited_minor
      then i.invoice_date + coalesce(c.autopay_delay_days, 0) end,
    updated_at = now()
  from unnest($1::bigint[], $2::bigint[], $3::bigint[])
      as a (invoice_id, rounding_minor, credited_minor),
    seller s, customer c
  where i.invoice_id = a.invoice_id and s.seller_id = i.seller_id
    and c.customer_id = i.customer_id
  returning i.invoice_id
)
insert into event (kind, subject_kind, subject_id, detail)
select 'invoice_posted', 'invoice', p.invoice_id,
  jsonb_build_object('old', 'draft', 'new', 'open', 'os_user', $4::text)
from posted p
where $4::text is not null
