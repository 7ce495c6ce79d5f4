-- Reads every document once, beside its lines, taxes and number in the order of their ids, and says
-- of the checks that look at them whether they can find anything. Sound is what certainly is: a
-- check that is not may still find nothing. Not decided here are documents with several taxes and
-- lines that are rounded up, down or from the middle.
-- Dates go up with numbers where the numbers of each day lie above those of the days before.
-- Index: invoice_pkey, invoice_line_pkey, invoice_tax_pkey, invoice_number_invoice_key.
-- Out: name text, looked_at bigint, is_sound boolean: one row a check.
with series as (
  select s.number_series_id, s.seller_id, s.kind, s.first_seq, s.next_seq, s.last_date,
    f.parts[1] as prefix, coalesce(f.parts[2], '0')::integer as width, f.parts[3] as suffix
  from number_series s, regexp_match(s.format, '^(.*)\{seq(?::0*(\d+))?\}(.*)$') as f (parts)
  where s.kind in ('invoice', 'credit_note')
), charged as (
  -- A sum of bigint is a numeric, which is slow to make and to compare: most are of what is rarely
  -- there, and made bigint again. One that is too large is an error, and decides nothing.
  select i.invoice_id, i.kind, i.state, i.seller_id, i.run_id, i.currency, i.invoice_date,
    i.subtotal_minor, i.discount_minor, i.tax_minor, i.total_minor, i.rounding_minor,
    i.credits_applied_minor, count(l.invoice_id) as lines, sum(l.amount_minor)::bigint as amount,
    coalesce((sum(l.discount_minor) filter (where l.discount_minor <> 0))::bigint, 0)
      + coalesce((sum(l.invoice_discount_minor)
        filter (where l.invoice_discount_minor <> 0))::bigint, 0) as discount,
    coalesce((
      sum(l.amount_minor - l.discount_minor - l.invoice_discount_minor - l.net_minor)
        filter (where l.amount_minor - l.discount_minor - l.invoice_discount_minor <> l.net_minor)
      )::bigint, 0) as included,
    bool_and(l.tax_nos = '{1}') as is_taxed_once,
    coalesce((sum(l.net_minor) filter (where l.tax_nos is null))::bigint, 0) as untaxed,
    count(*) filter (where l.quantity * l.unit_cost <> l.amount_minor * u.minor_unit
      and not (s.rounding_mode in ('half_up', 'half_even')
        and abs(l.quantity * l.unit_cost - l.amount_minor * u.minor_unit) * 2 < u.minor_unit))
      as odd_lines,
    count(*) filter (where l.period_end > i.invoice_date
      and i.state in ('open', 'reversed', 'written_off') and s.revenue_recognition = 'period')
      as deferred_lines,
    (sum(l.net_minor - recognised_minor(l.net_minor, l.period_start, l.period_end,
        case l.kind when 'credit' then l.period_start else i.invoice_date end, s.rounding_mode,
        s.recognised_through))
      filter (where l.period_end > i.invoice_date
        and i.state in ('open', 'reversed', 'written_off')
        and s.revenue_recognition = 'period'))::bigint as deferred
  from invoice i
  left join seller s on s.seller_id = i.seller_id
  left join currency u on u.code = i.currency
  left join invoice_line l on l.invoice_id = i.invoice_id
  group by i.invoice_id
), other_tax as (
  select t.invoice_id, count(*) as taxes, sum(t.amount_minor)::bigint as amount,
    coalesce(sum(t.amount_minor) filter (where t.inclusive), 0)::bigint as included
  from invoice_tax t
  where t.tax_no <> 1
  group by t.invoice_id
), document as (
  select c.*, n.number_series_id, n.seq,
    (t.invoice_id is not null)::integer + coalesce(o.taxes, 0) as taxes,
    coalesce(t.amount_minor, 0) + coalesce(o.amount, 0) as tax,
    (c.state not in ('draft', 'canceled') or n.invoice_id is not null) as is_booked,
    (c.lines > 0 and c.amount = c.subtotal_minor
      and c.discount = c.discount_minor
      and c.tax_minor = coalesce(t.amount_minor * (not t.inclusive)::integer, 0)
        + coalesce(o.amount - o.included, 0)
      and c.total_minor = c.subtotal_minor - c.discount_minor + c.tax_minor
      and c.included = coalesce(t.amount_minor * t.inclusive::integer, 0)
        + coalesce(o.included, 0)) is true as adds_up,
    -- One tax of a document that adds up: its lines net what is left after all the others.
    o.invoice_id is null and (t.invoice_id is null
      or (c.is_taxed_once
        and t.base_minor = c.subtotal_minor - c.discount_minor - c.included - c.untaxed
        -- Whichever way it is rounded, it is less than a unit off.
        and (t.percent is null
          or abs(t.amount_minor * 100 - (t.base_minor * t.percent)::bigint) < 100)) is true)
      as is_taxed,
    (n.invoice_id is not null) = (c.state <> 'canceled' and (c.state <> 'draft' or exists (
      select from event e
      where e.subject_kind = 'invoice' and e.subject_id = c.invoice_id
        and e.kind = 'invoice_unposted'))) as is_numbered,
    z.number_series_id is null
      or n.number = z.prefix
          || lpad(n.seq::text, greatest(z.width, length(n.seq::text)), '0') || z.suffix
        and c.kind = z.kind and n.seller_id = c.seller_id and n.seller_id = z.seller_id
        and c.state <> 'canceled' as is_of_series
  from charged c
  left join invoice_tax t on t.invoice_id = c.invoice_id and t.tax_no = 1
  left join other_tax o on o.invoice_id = c.invoice_id
  left join invoice_number n on n.invoice_id = c.invoice_id
  left join series z on z.number_series_id = n.number_series_id
), part as materialized (
  select d.seller_id, d.currency, d.run_id, d.number_series_id, d.invoice_date,
    count(*) as documents, sum(d.lines) as lines, sum(d.taxes) as taxes,
    sum(d.deferred_lines) as deferred_lines,
    bool_and(d.adds_up) as adds_up, bool_and(d.adds_up and d.is_taxed) as is_taxed,
    bool_and(d.odd_lines = 0) as is_rounded, bool_and(d.is_numbered) as is_numbered,
    bool_and(d.is_of_series) as is_of_series,
    count(d.seq) as numbers, min(d.seq) as first_seq, max(d.seq) as last_seq,
    sum(case d.kind when 'invoice' then d.deferred else -d.deferred end) as deferred,
    sum(d.total_minor + d.rounding_minor) filter (where d.kind = 'invoice' and d.is_booked)
      as receivable,
    sum(d.credits_applied_minor) filter (where d.kind = 'invoice' and d.is_booked) as credits,
    sum(case d.kind when 'invoice' then -d.tax else d.tax end) filter (where d.is_booked) as tax
  from document d
  group by d.seller_id, d.currency, d.run_id, d.number_series_id, d.invoice_date
), day as (
  select p.number_series_id, p.invoice_date, sum(p.numbers) as numbers,
    min(p.first_seq) as first_seq, max(p.last_seq) as last_seq
  from part p
  group by p.number_series_id, p.invoice_date
), given as (
  select d.number_series_id, sum(d.numbers) as numbers, min(d.first_seq) as first_seq,
    max(d.last_seq) as last_seq, max(d.invoice_date) as last_date
  from day d
  group by d.number_series_id
), booked as (
  select j.run_id, j.seller_id, j.currency, l.account_code, sum(l.amount_minor) as amount
  from journal j
  join journal_line l on l.journal_id = j.journal_id
  where l.account_code in ('1200', '2200', '2300')
  group by j.run_id, j.seller_id, j.currency, l.account_code
), run_difference as (
  select a.run_id, a.currency, sum(a.receivable) as receivable, sum(a.tax) as tax
  from (
    select p.run_id, p.currency, p.tax,
      p.receivable - case r.posting when 'direct' then p.credits else 0 end as receivable
    from part p join run r on r.run_id = p.run_id
    union all
    select b.run_id, b.currency, case b.account_code when '2200' then -b.amount end,
      case b.account_code when '1200' then -b.amount end
    from booked b
  ) a
  join run r on r.run_id = a.run_id
  where r.state in ('completed', 'posted')
  group by a.run_id, a.currency
), deferral_difference as (
  select a.seller_id, a.currency, sum(a.amount) as amount
  from (
    select p.seller_id, p.currency, p.deferred as amount from part p
    union all
    select b.seller_id, b.currency, b.amount from booked b where b.account_code = '2300'
  ) a
  group by a.seller_id, a.currency
), whole as (
  select coalesce(sum(p.documents), 0)::bigint as documents,
    coalesce(sum(p.lines), 0)::bigint as lines, coalesce(sum(p.taxes), 0)::bigint as taxes,
    coalesce(sum(p.deferred_lines), 0)::bigint as deferred_lines,
    coalesce(sum(p.numbers), 0)::bigint as numbers,
    coalesce(bool_and(p.adds_up), true) as adds_up,
    coalesce(bool_and(p.is_taxed), true) as is_taxed,
    coalesce(bool_and(p.is_rounded), true) as is_rounded,
    coalesce(bool_and(p.is_numbered), true) as is_numbered,
    coalesce(bool_and(p.is_of_series), true) as is_of_series
  from part p
)
select c.name, c.looked_at, c.is_sound
from whole w cross join lateral (values
  ('totals', w.documents, w.adds_up),
  ('taxes', w.taxes, w.is_taxed),
  ('line_amounts', w.lines, w.is_rounded),
  ('numbered_documents', w.documents, w.is_numbered),
  ('numbers', w.numbers, w.is_of_series and not exists (
    select from (
      select d.first_seq,
        lag(d.last_seq) over (partition by d.number_series_id order by d.invoice_date) as before
      from day d
      join series s on s.number_series_id = d.number_series_id) x
    where x.first_seq <= x.before)),
  ('series', (select count(*) from series), not exists (
    select from series s
    left join given g on g.number_series_id = s.number_series_id
    where coalesce(g.numbers, 0) <> s.next_seq - s.first_seq or g.first_seq <> s.first_seq
      or g.last_seq <> s.next_seq - 1 or s.last_date is distinct from g.last_date)),
  ('run_journal',
    (select count(*) from run r where r.state in ('completed', 'posted')),
    not exists (select from run_difference d where d.receivable <> 0 or d.tax <> 0)),
  ('deferred_revenue', w.deferred_lines,
    not exists (select from deferral_difference d where d.amount <> 0))
) as c (name, looked_at, is_sound)
order by c.name;
