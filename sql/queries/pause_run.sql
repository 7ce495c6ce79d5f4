-- Pauses a run that is not finished, or lets it go on.
-- $1 run_id bigint, $2 pauses boolean. Index: run_pkey.
update run
set paused_by = case when $2::boolean then session_user end
where run_id = $1 and state in ('pending', 'processing') and (paused_by is null) = $2
