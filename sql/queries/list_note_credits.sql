-- The credits that credit notes left open.
-- $1 credit note ids int8[]. In order of credit_note_id. Out: credit_note_id, credit_id bigint.
select c.credit_note_id, c.credit_id
from credit c
where c.credit_note_id = any($1)
order by c.credit_note_id
