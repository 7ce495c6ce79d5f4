-- Withdraws the credit that credit notes gave, since they are voided or drafts again.
-- $1 credit note ids int8[]. Index: credit_note_idx, credit_pkey.
with withdrawn as (
  insert into credit_payout (credit_id, amount_minor, credit_note_id)
  select c.credit_id, c.amount_minor - c.used_minor, c.credit_note_id
  from credit c
  where c.credit_note_id = any($1) and c.used_minor < c.amount_minor
  returning credit_id
)
update credit c
set used_minor = c.amount_minor
where c.credit_id in (select w.credit_id from withdrawn w)
