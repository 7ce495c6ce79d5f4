-- Whether the login may read what links are made with. Out: is_allowed boolean.
select has_table_privilege('link_secret', 'select') as is_allowed
