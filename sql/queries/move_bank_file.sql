-- Moves a file to a bank into its next state, from one of some states, and leaves an event.
-- $1 bank_file_id bigint, $2 state text, $3 states text[], $4 os_user text, $5 moment timestamptz.
-- Out: bank_file_id bigint, no row where it is in another state. Index: bank_file_pkey.
with moved as (
  update bank_file f
  set state = $2,
    handed_over_at = coalesce(f.handed_over_at, $5::timestamptz),
    answered_at = case when $2 in ('acknowledged', 'rejected') then $5 end
  where f.bank_file_id = $1 and f.state = any($3::text[])
  returning f.bank_file_id, f.message_id
), noted as (
  insert into event (kind, subject_kind, subject_id, detail)
  select 'bank_file_' || $2, 'bank_file', m.bank_file_id,
    jsonb_build_object('message_id', m.message_id, 'os_user', $4::text)
  from moved m
)
select m.bank_file_id from moved m
