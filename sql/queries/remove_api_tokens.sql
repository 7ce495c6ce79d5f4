-- Removes tokens that have expired.
-- Index: api_token_expires_idx
delete from api_token where expires_at < now()
