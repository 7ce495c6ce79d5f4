-- The entries of a span of days line by line, an entry's lines together.
-- $1 from date, $2 to date (inclusive), $3 seller text, null for all; $4 limit bigint: at most so
-- many entries, null for all.
-- Out: journal_id bigint, entry_date date, event, seller, currency text, digits smallint,
-- run_id bigint, batch_no integer, invoice_id bigint, number, account_code, name text,
-- amount_minor bigint (debit positive), plan, item, tax text; in order of entry_date, journal_id,
-- line_no. Index: journal_date_idx.
select j.journal_id, j.entry_date, j.event, j.seller, j.currency::text as currency, u.digits,
  j.run_id, j.batch_no, j.invoice_id, n.number, l.account_code, a.name, l.amount_minor,
  p.code as plan, i.code as item, t.code as tax
from (
  select e.*, s.code as seller
  from journal e
  join seller s on s.seller_id = e.seller_id
  where e.entry_date between $1 and $2 and ($3::text is null or s.code = $3)
  order by e.entry_date, e.journal_id
  limit $4::bigint
) j
join journal_line l on l.journal_id = j.journal_id
join ledger_account a on a.code = l.account_code
join currency u on u.code = j.currency
left join invoice_number n on n.invoice_id = j.invoice_id
left join plan p on p.plan_id = l.plan_id
left join item i on i.item_id = l.item_id
left join tax_rate_version v on v.tax_rate_version_id = l.tax_rate_version_id
left join tax_rate t on t.tax_rate_id = v.tax_rate_id
order by j.entry_date, j.journal_id, l.line_no;
