-- Removes answers after seven days.
-- Index: api_answer_began_idx
delete from api_answer where began_at < now() - interval '7 days'
