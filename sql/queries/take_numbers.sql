-- Takes the next numbers of a series; whoever holds the row is the last to write before the commit
-- (RULES 2).
-- $1 number_series_id bigint, $2 how many bigint, $3 invoice date date
-- Returns no row when the series already has a later date.
update number_series
set next_seq = next_seq + $2, last_date = $3
where number_series_id = $1 and (last_date is null or last_date <= $3)
returning next_seq - $2 as first_seq
