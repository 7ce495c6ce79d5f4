-- Counts the lines of each object. Out: object text, lines bigint.
select s.object, sum(s.lines)::bigint as lines
from import_shape s
join import_object o on o.object = s.object
group by s.object
order by s.object;
