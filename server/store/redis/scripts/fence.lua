#!lua
-- Ends the counting on this master, for good: also where there is no state, and whoever makes one whole at this moment
-- loses the token, so that no rebuild that began earlier brings an open poll.
-- KEYS  see keys.fragment.lua    ARGV  see told.fragment.lua; 12 most entries of the outbox to answer
-- Returns REMOVED, or { 1 if the state is whole: nothing that was acknowledged from here can be missing, the oldest entries
--   of the outbox }. Both in one step: an outbox that was lost looks like an empty one.
--@include snapshot
--@include trust
--@include keys
--@include told
if is_removed(keys.poll) then return 'REMOVED' end
local now_ms, now_us = now()
make_state(expiry(tonumber(ARGV[7]), tonumber(ARGV[8])))
local s = redis.call('HMGET', keys.state, 'warm', 'wholeAt')
local is_whole = s[1] == (replids()) and now_ms >= tonumber(s[2] or 0)
redis.call('HDEL', keys.state, 'rebuild')
local changed, is_newer = take_told()
if changed then
  step(keys, now_us)
  tell(now_ms, is_newer)
end
beat(keys.state, now_ms)
return { is_whole and 1 or 0, redis.call('XRANGE', keys.outbox, '-', '+', 'COUNT', ARGV[12]) }
