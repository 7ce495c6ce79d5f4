-- What the tokens of links are made with. Out: secret bytea. Index: none, it is one row.
select s.secret from link_secret s
