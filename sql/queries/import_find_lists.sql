-- The fingerprints of the files of an import, and when each was taken before. It is of the lines as
-- they were read, so that blanks and the order of columns make no other file of it.
-- One array element a file: $1 first line int4[], $2 last line int4[].
-- Out, in order, of files with lines: place bigint (from 1), fingerprint bytea, taken_on text (in
-- UTC; null when it is new).
select f.place, f.fingerprint, to_char(p.imported_at at time zone 'UTC', 'YYYY-MM-DD') as taken_on
from (
  select w.place, sha256(string_agg(
    sha256(convert_to(l.doc::text, 'UTF8')), ''::bytea order by l.line)) as fingerprint
  from unnest($1::integer[], $2::integer[]) with ordinality as w (first, last, place)
  join import_line l on l.line between w.first and w.last
  group by w.place
) f
left join payment_list p on p.fingerprint = f.fingerprint
order by f.place
