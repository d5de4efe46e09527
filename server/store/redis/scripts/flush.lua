#!lua
-- Publishes the newest snapshot if it has not been published, may be shown, and the poll's tick has passed.
-- KEYS  1 state  2 votes  3 participants  4 viewers
-- ARGV  1 updates channel  2 tick (ms)
-- Returns 0 when nothing is left to publish, or the ms until a flush is due.
--@include snapshot
--@include trust
local keys = { state = KEYS[1], votes = KEYS[2], participants = KEYS[3], viewers = KEYS[4] }
local s = redis.call('HMGET', keys.state, 'version', 'published')
if not s[1] or s[1] == s[2] or not may_show(keys.state) then return 0 end
local now_ms = now()
return publish_if_due(keys, now_ms, ARGV[1], tonumber(ARGV[2]))
