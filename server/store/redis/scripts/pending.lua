#!lua
-- The oldest entries of the outbox. Confirmed by its caller: what a deposed master lists may never have been in the poll.
-- KEYS  see keys.fragment.lua    ARGV  1 at most how many
-- Returns the entries: { id, { voter, revision:choice, … } } each.
--@include snapshot
--@include trust
--@include keys
local now_ms = now()
if redis.call('EXISTS', keys.state) == 1 then beat(keys.state, now_ms) end
return redis.call('XRANGE', keys.outbox, '-', '+', 'COUNT', ARGV[1])
