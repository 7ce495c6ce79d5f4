-- The code of an item.
-- $1 item_id bigint. Out: code text. Index: item_pkey.
select i.code from item i where i.item_id = $1
