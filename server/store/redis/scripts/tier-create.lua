#!lua
-- Makes the state of a new poll, trusted at once: there is nothing that it could lack.
-- KEYS  see keys.fragment.lua    ARGV  see told.fragment.lua
-- Returns CREATED, also where there is a state already, or REMOVED.
--@include snapshot
--@include trust
--@include keys
--@include told
if is_removed(keys.poll) then return 'REMOVED' end
local now_ms, now_us = now()
if redis.call('EXISTS', keys.state) == 0 then
  make_state(expiry(tonumber(ARGV[7]), tonumber(ARGV[8])))
  take_told()
  redis.call('HSET', keys.state, 'warm', (replids()))
  step(keys, now_us)
end
beat(keys.state, now_ms)
return 'CREATED'
