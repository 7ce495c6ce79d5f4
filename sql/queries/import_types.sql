-- The types of fields: as which JSON types they may come, and what to say of others.
insert into import_type (type, json_types, expected)
values
  ('text',    '{string}',        'a text'),
  ('number',  '{number}',        'a number'),
  ('boolean', '{boolean}',       'true or false'),
  ('day',     '{string,number}', 'a day ("2026-12-31") or a UNIX timestamp'),
  ('list',    '{array}',         'a list'),
  ('object',  '{object}',        'an object'),
  ('key',     '{string,number}', 'a text or a number');
