-- Opens a run; run_one_open_key refuses a second one of the seller and kind.
-- $1 kind text, $2 seller_id bigint, $3 as_of date, $4 invoice_date date, $5 posting text,
-- $6 scope jsonb, $7 options jsonb, $8 program text
insert into run (kind, seller_id, as_of, invoice_date, posting, state, scope, options, program)
values ($1, $2, $3, $4, $5, 'processing', $6, $7, $8)
returning run_id
