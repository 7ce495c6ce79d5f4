-- Drops the objects within lines that are refused already.
delete from import_part
where line in (select line from import_error);
