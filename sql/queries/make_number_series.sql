-- Makes the number series of a seller, kind and rendered format if it is new.
-- $1 seller_id bigint, $2 kind text, $3 format text
insert into number_series (seller_id, kind, format)
values ($1, $2, $3)
on conflict (seller_id, kind, format) do nothing
