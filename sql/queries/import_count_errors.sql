-- Counts what is wrong. Out: errors bigint, lines bigint: the lines that are refused.
select count(*) as errors, count(distinct line) as lines from import_error;
