-- Makes the series of numbers that sellers go on with; those that are known stay as they are.
-- Index: number_series_format_key.
insert into number_series (seller_id, kind, format, first_seq, next_seq)
select s.seller_id, r.kind, r.format, r.next, r.next
from import_part p
join import_line l on l.line = p.line
join seller s on s.code = l.doc ->> 'id'
cross join lateral jsonb_to_record(p.doc) as r (kind text, format text, next bigint)
where p.object = 'number_series'
  and not exists (select from import_error e where e.line = p.line)
order by p.line, p.position
on conflict (seller_id, kind, format) do nothing;
