-- What these books and all copies of them are known by. Out: name text.
select right(b.uuid::text, 12) as name from book b
