#!lua
-- Reads a poll that has a ledger beneath it.
-- KEYS  see keys.fragment.lua    ARGV  none
-- Returns COLD, REMOVED, or { definition (JSON), snapshot (JSON), entries in the outbox, age of the oldest (ms),
--   1 if it is settled: exactly what the final result counts }.
--@include snapshot
--@include trust
--@include keys
local definition = redis.call('GET', keys.poll)
if definition == 'REMOVED' then return 'REMOVED' end
local s = redis.call('HMGET', keys.state, 'status', 'warm', 'final')
if not definition or not s[1] or s[2] ~= (replids()) then return 'COLD' end
local now_ms, now_us = now()
local length, age = redis.call('XLEN', keys.outbox), 0
if length > 0 then
  -- The first part of an id is in microseconds: see cast.lua.
  local oldest = redis.call('XRANGE', keys.outbox, '-', '+', 'COUNT', 1)[1][1]
  age = math.max(0, math.floor((now_us - tonumber(oldest:match('^%d+'))) / 1000))
end
return { definition, snapshot(keys, now_ms), length, age, s[3] == '1' and 1 or 0 }
