-- Which books these are, and from which database cluster they are served (RULES 0.6).
-- Out: uuid text, system_identifier bigint, timeline integer.
select b.uuid::text as uuid, s.system_identifier, c.timeline_id as timeline
from book b, pg_control_system() s, pg_control_checkpoint() c
