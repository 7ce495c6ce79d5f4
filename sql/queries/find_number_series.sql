-- A number series, with the date of its newest number.
-- $1 seller_id bigint, $2 kind text, $3 format text. Index: number_series_format_key.
select number_series_id, last_date
from number_series
where seller_id = $1 and kind = $2 and format = $3
