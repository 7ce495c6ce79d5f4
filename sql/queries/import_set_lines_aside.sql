-- Takes the lines that are refused already out of those that are read on.
with refused as (
  delete from import_line
  where line in (select line from import_error)
  returning line, object, doc
)
insert into import_refused (line, object, doc)
select line, object, doc from refused;
