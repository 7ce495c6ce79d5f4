-- What the accounts stand at around a span of days, in minor units, by seller and currency.
-- $1 from date, $2 to date (inclusive), $3 seller text, null for all
-- Out: seller, account_code, name, currency text, digits smallint; numeric: opening (before the
-- span, debit positive), debit, credit (within it); in order of seller, currency, account_code.
select s.code as seller, l.account_code, a.name, j.currency::text as currency, u.digits,
  coalesce(sum(l.amount_minor) filter (where j.entry_date < $1), 0) as opening,
  coalesce(sum(l.amount_minor) filter (where j.entry_date >= $1 and l.amount_minor > 0), 0)
    as debit,
  coalesce(-sum(l.amount_minor) filter (where j.entry_date >= $1 and l.amount_minor < 0), 0)
    as credit
from journal_line l
join journal j on j.journal_id = l.journal_id
join seller s on s.seller_id = j.seller_id
join ledger_account a on a.code = l.account_code
join currency u on u.code = j.currency
where j.entry_date <= $2 and ($3::text is null or s.code = $3)
group by s.code, l.account_code, a.name, j.currency, u.digits
order by s.code, j.currency, l.account_code;
