-- Which books these are, and where: a copy has the same name, and stands elsewhere (RULES 0.6).
-- Out: uuid text, place text: system identifier and timeline of the cluster, the database's and
-- the table's oid, which each way of copying changes one of.
select b.uuid::text as uuid,
  concat_ws('/', s.system_identifier, c.timeline_id, d.oid, b.tableoid) as place
from book b, pg_control_system() s, pg_control_checkpoint() c, pg_database d
where d.datname = current_database()
