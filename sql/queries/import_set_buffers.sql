-- Gives the session room for the staging tables; possible only before its first temporary table.
select set_config('temp_buffers', '256MB', false)
where current_setting('temp_buffers') <> '256MB';
