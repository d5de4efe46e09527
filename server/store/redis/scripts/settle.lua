#!lua
-- What stands is what the final result counts: the ballots have been set, under the token.
-- KEYS  see keys.fragment.lua    ARGV  see told.fragment.lua; 12 token
-- Returns DONE, or LOST (the token, or the master it was taken for).
--@include snapshot
--@include trust
--@include keys
--@include told
local now_ms, now_us = now()
if not holds(keys.state, ARGV[12], now_ms) then return 'LOST' end
local _, is_newer = take_told()
redis.call('HSET', keys.state, 'warm', (replids()), 'final', '1')
redis.call('HDEL', keys.state, 'rebuild')
redis.call('DEL', keys.outbox)
step(keys, now_us)
tell(now_ms, is_newer)
beat(keys.state, now_ms)
return 'DONE'
