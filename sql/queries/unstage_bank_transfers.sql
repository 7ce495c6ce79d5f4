-- Takes back staged transfers, now that their texts were searched: what names no invoice and is the
-- bank's own or our own by its code is no transfer: another domain than payments, what other
-- software collects, concentration of cash, what card acquirers pay out, and interest. One
-- of a day to come is early, and one that names an invoice and is more than 366 days back is
-- listed. So is one with a number that may be a part of another: where digits go on in the next
-- line, and where with the word after it, or before it, it is another one that was given.
-- $1 moment timestamptz. Index: invoice_number_number_key.
with today (day) as materialized (
  select max(($1::timestamptz at time zone s.time_zone)::date) from seller s
), cut as materialized (
  -- Where a line ends, or a word.
  select w.place, w.head, w.tail,
    w.is_line and right(w.head, 1) ~ '[0-9]' and left(w.tail, 1) ~ '[0-9]' as is_digits
  from (
    select t.place, ltrim(substring(n.word, '[^,;:()]+$'), '.#') as head,
      rtrim(substring(lead(n.word) over o, '^[^,;:()]+'), '.#') as tail,
      lead(l.place) over o <> l.place as is_line
    from bank_item t
    cross join lateral unnest(t.lines) with ordinality as l (line, place)
    cross join lateral regexp_split_to_table(l.line, '\s+') with ordinality as n (word, place)
    where t.kind = 'transfer' and t.place in (select i.line from import_payment_invoice i)
    window o as (partition by t.place order by l.place, n.place)) w
  where w.head <> '' and w.tail <> ''
), judged as materialized (
  select t.place,
    case
      when not n.names and (
          t.domain in ('ACMT', 'CAMT', 'DERV', 'FORX', 'LDAS', 'PMET', 'SECU', 'TRAD')
          or t.family in ('IDDT', 'RCCN', 'ICCN', 'MCRD', 'CCRD')
          or t.sub_family = 'INTR') then 'other'
      when t.booked_on > y.day then 'early'
      when n.names and t.booked_on < y.day - 366 then 'listed'
      when exists (
        select from cut c
        join import_payment_invoice i on i.line = c.place and i.name in (c.head, c.tail)
        where c.place = t.place and (c.is_digits or exists (
          select from invoice_number m
          where m.seller_id = any (array(select s.seller_id from seller s))
            and m.number = c.head || c.tail)))
        then 'cut'
      else 'transfer' end as kind
  from bank_item t
  cross join today y
  cross join lateral (
    select exists (select from import_payment_invoice i where i.line = t.place) as names) n
  where t.kind = 'transfer'
), sorted as (
  update bank_item t
  set kind = case j.kind when 'cut' then 'listed' else j.kind end,
    reason = case j.kind when 'early' then 'date_to_come' when 'listed' then 'date_far_back'
      when 'cut' then 'number_cut' end
  from judged j
  where t.place = j.place and j.kind <> 'transfer'
), unstaged as (
  delete from import_payment y using judged j where y.line = j.place and j.kind <> 'transfer'
)
delete from import_line l using judged j where l.line = j.place and j.kind <> 'transfer'
