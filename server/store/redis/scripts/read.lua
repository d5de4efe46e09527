#!lua
-- Reads a poll as it stands.
-- KEYS  1 poll  2 state  3 votes  4 participants  5 viewers
-- Returns { definition (JSON), snapshot (JSON) }, or an empty list if there is none, it was removed or it is COLD.
--@include snapshot
local keys = { state = KEYS[2], votes = KEYS[3], participants = KEYS[4], viewers = KEYS[5] }
if redis.call('EXISTS', KEYS[1], KEYS[2]) < 2 then return {} end
local now_ms = now()
return { redis.call('GET', KEYS[1]), snapshot(keys, now_ms) }
