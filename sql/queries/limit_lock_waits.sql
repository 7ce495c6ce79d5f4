-- Until the transaction ends, nothing waits longer for a lock than this. $1 milliseconds text
select set_config('lock_timeout', $1, true)
