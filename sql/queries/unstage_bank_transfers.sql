-- Takes back staged transfers, now that their texts were searched: what names no invoice and is the
-- bank's own or our own by its code is no transfer: another domain than payments, what other
-- software collects, concentration of cash, what card acquirers pay out, interest and charges. One
-- of a day to come is early, and one that names an invoice and is more than 366 days back is
-- listed. $1 moment timestamptz.
with today (day) as materialized (
  select max(($1::timestamptz at time zone s.time_zone)::date) from seller s
), judged as materialized (
  select t.place,
    case
      when not n.names and (
          t.domain in ('ACMT', 'CAMT', 'DERV', 'FORX', 'LDAS', 'PMET', 'SECU', 'TRAD')
          or t.family in ('IDDT', 'RCCN', 'ICCN', 'MCRD', 'CCRD')
          or t.sub_family in ('INTR', 'CHRG', 'COMM', 'FEES')) then 'other'
      when t.booked_on > y.day then 'early'
      when n.names and t.booked_on < y.day - 366 then 'listed'
      else 'transfer' end as kind
  from bank_item t
  cross join today y
  cross join lateral (
    select exists (select from import_payment_invoice i where i.line = t.place) as names) n
  where t.kind = 'transfer'
), sorted as (
  update bank_item t
  set kind = j.kind,
    reason = case j.kind when 'early' then 'date_to_come' when 'listed' then 'date_far_back' end
  from judged j
  where t.place = j.place and j.kind <> 'transfer'
), unstaged as (
  delete from import_payment y using judged j where y.line = j.place and j.kind <> 'transfer'
)
delete from import_line l using judged j where l.line = j.place and j.kind <> 'transfer'
