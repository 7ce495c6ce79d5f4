-- Cancels claimed reminders that nobody has got yet and that have nothing to remind of any more:
-- chasing has ended for all of their invoices (RULES 3).
-- $1 claim text (a uuid), $2 message ids int8[]. Out: message_id.
-- Index: message_pkey, invoice_pkey.
with gone as (
  update message m
  set state = 'canceled', claim = null, reject_code = 'no_longer_due',
    reject_reason = 'its invoices are not chased any more'
  where m.message_id = any($2::bigint[]) and m.claim = $1::uuid and m.accepted = '{}'
    and (m.content ->> 'reminder')::boolean and not exists (
      select from jsonb_array_elements_text(m.content -> 'invoices') as e (id)
      join remindable_invoice i on i.invoice_id = e.id::bigint)
  returning m.message_id
), noted as (
  insert into event (kind, subject_kind, subject_id, detail)
  select 'message_canceled', 'message', g.message_id,
    '{"old": "queued", "new": "canceled", "reason": "no_longer_due"}'
  from gone g
  order by g.message_id
)
select g.message_id from gone g order by g.message_id
