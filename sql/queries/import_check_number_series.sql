-- Checks the series of numbers that sellers go on with: one row a rule; a rule that meets a null
-- holds. One that is known gives its next number itself.
-- Index: number_series_format_key.
insert into import_error (line, fault)
select bad.line, bad.path || string_to_table(bad.faults, E'\n')
from (
  select p.line, p.path, concat_ws(E'\n',
    case when not (r.kind in ('invoice', 'credit_note'))
      then '.kind|invoice or credit_note' end,
    case when r.format !~ '^[^{}]*{seq(:0[0-9]{1,2})?}[^{}]*$'
        or not pg_temp.import_is_line(r.format)
      then '.format|a text of one line with {seq:06} once, all else filled in' end,
    case when not (r.next between 1 and 1e15 and scale(trim_scale(r.next)) = 0)
      then '.next|a whole number from 1 to 10^15' end,
    case when exists (
        select from import_part o
        where o.line = p.line and o.object = p.object and o.position < p.position
          and o.doc ->> 'kind' = r.kind and o.doc ->> 'format' = r.format)
      then '.format|a series that does not occur twice' end,
    case when not (r.next <= f.next_seq)
      then '.next|no number after ' || f.next_seq || ', which the series gives next' end
  ) as faults
  from import_part p
  join import_seller s on s.line = p.line
  cross join lateral jsonb_to_record(p.doc) as r (kind text, format text, next numeric)
  left join number_series f on f.seller_id = s.known and f.kind = r.kind and f.format = r.format
  where p.object = 'number_series'
) bad
where bad.faults <> '';
