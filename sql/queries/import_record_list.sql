-- Remembers a file of payments. $1 fingerprint bytea, $2 name text.
insert into payment_list (fingerprint, name)
values ($1, $2)
