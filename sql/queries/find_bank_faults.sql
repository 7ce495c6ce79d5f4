-- The first thing in a camt message that cannot be read as it should: an amount, a word, a day.
-- $1 its text, $2 its namespace text. Out: problem text; no row where all is well.
with booking as materialized (
  select n.*
  from xmltable(xmlnamespaces($2::text as p), '//p:Ntry' passing xmlparse(document $1::text) columns
    booking for ordinality,
    entry xml path '.',
    status text path 'normalize-space(p:Sts)',
    sign text path 'normalize-space(p:CdtDbtInd)',
    booked text path 'normalize-space((p:BookgDt | p:ValDt)[1])',
    amount text path 'p:Amt') n
)
select format('booking %s: %s', f.booking, f.problem) as problem
from (
  select b.booking, 0 as place, w.problem
  from booking b
  cross join lateral (values
    (b.sign in ('CRDT', 'DBIT'),
      format('CdtDbtInd %s is neither CRDT nor DBIT', bank_quote(b.sign))),
    (b.status in ('BOOK', 'PDNG', 'INFO', 'FUTR'),
      format('Sts %s is none of BOOK, PDNG, INFO, FUTR', bank_quote(b.status))),
    (b.amount is not null, 'it has no amount'),
    (b.status <> 'BOOK' or b.booked ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}',
      format('day %s is none', bank_quote(b.booked)))) w (holds, problem)
  where not w.holds
  union all
  select b.booking, a.place,
    case when a.is_amount then format('amount %s is no plain number', bank_quote(a.value))
      else format('CdtDbtInd %s is neither CRDT nor DBIT', bank_quote(a.value)) end
  from booking b
  cross join lateral xmltable(xmlnamespaces($2::text as p),
    '//p:Amt[not(*)] | //p:TxDtls/p:CdtDbtInd' passing b.entry columns
    place for ordinality,
    is_amount boolean path 'boolean(self::p:Amt)',
    value text path '.',
    currency text path '@Ccy') a
  where case when not a.is_amount then btrim(a.value) not in ('CRDT', 'DBIT')
    when a.currency = 'EUR' then a.value !~ '^\s*[0-9]{1,13}(\.[0-9]{1,2}0*)?\s*$'
    else a.value !~ '^\s*[0-9]{1,13}(\.[0-9]{1,5})?\s*$' end
) f
order by f.booking, f.place, f.problem
limit 1
