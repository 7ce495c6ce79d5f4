-- Makes drafts open, with what posting decides: rounding, the credits that pay them, the parties of
-- now where they are posted for the first time (RULES 0.10), and when they are charged.
-- $1 invoice ids int8[], $2 rounding int8[], $3 credits applied int8[], $4 os_user text: null
-- writes no events; $5 bool[]: posted for the first time. Index: invoice_pkey, customer_pkey.
with posted as (
  update invoice i
  set state = 'open', rounding_minor = a.rounding_minor, credits_applied_minor = a.credited_minor,
    seller_party_version =
      case when a.is_first then s.party_version else i.seller_party_version end,
    customer_party_version =
      case when a.is_first then c.party_version else i.customer_party_version end,
    next_payment_attempt_on = case
      when i.autopay and not i.missed and i.total_minor + a.rounding_minor > a.credited_minor
        and (a.is_first or not plan_has_ended(i.invoice_id))
      then i.invoice_date + coalesce(c.autopay_delay_days, 0) end,
    updated_at = now()
  from unnest($1::bigint[], $2::bigint[], $3::bigint[], $5::boolean[])
      as a (invoice_id, rounding_minor, credited_minor, is_first),
    seller s, customer c
  where i.invoice_id = a.invoice_id and s.seller_id = i.seller_id
    and c.customer_id = i.customer_id
  returning i.invoice_id
)
insert into event (kind, subject_kind, subject_id, detail)
select 'invoice_posted', 'invoice', p.invoice_id,
  -- Made once, not for each.
  (select jsonb_build_object('old', 'draft', 'new', 'open', 'os_user', $4::text))
from posted p
where $4::text is not null
