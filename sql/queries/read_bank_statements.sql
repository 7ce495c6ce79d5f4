-- Reads the balances of the statements of a camt.053 message. One that is set out on pages opens
-- and closes them with interim balances. Some tell only what they close with.
-- $1 its text, $2 its namespace text. Index: currency_pkey.
with balance as materialized (
  select b.*, round(case b.sign when 'DBIT' then -1 else 1 end * b.amount
      * 10::numeric ^ coalesce(c.digits, 2))::bigint as minor,
    b.kind in ('OPBD', 'PRCD') as is_opening, b.kind = 'CLBD' as is_closing
  from xmltable(xmlnamespaces($2::text as p), '//p:Stmt/p:Bal'
    passing xmlparse(document $1::text) columns
    place for ordinality,
    statement integer path 'count(../preceding-sibling::p:Stmt) + 1',
    account text path '../p:Acct[1]/p:Id/p:IBAN',
    name text path '../p:Id',
    kind text path 'normalize-space(p:Tp/p:CdOrPrtry/p:Cd)',
    sign text path 'normalize-space(p:CdtDbtInd)',
    amount numeric path 'p:Amt',
    currency text path 'p:Amt/@Ccy',
    day text path 'normalize-space(p:Dt)') b
  left join currency c on c.code = lower(b.currency)
  where b.kind in ('OPBD', 'PRCD', 'ITBD', 'CLBD')
), ended as (
  select b.statement, (array_agg(b.place order by b.is_opening desc, b.place))[1] as opening,
    (array_agg(b.place order by b.is_closing desc, b.is_opening, b.place desc))[1] as closing
  from balance b
  group by b.statement
)
insert into told_statement (statement, account, name, currency, opened_on, closed_on,
  opening_minor, closing_minor)
select e.statement, c.account, bank_quote(c.name), c.currency, left(o.day, 10)::date,
  left(c.day, 10)::date, o.minor, c.minor
from ended e
join balance c on c.place = e.closing and not c.is_opening
left join balance o on o.place = e.opening and not o.is_closing and o.place <> c.place
where o.currency = c.currency or o.place is null and c.is_closing
