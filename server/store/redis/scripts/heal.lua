#!lua
-- After a failover that lost a tail the poll stands below what was shown: a new epoch makes every browser take it.
-- KEYS  1 state  2 votes  3 participants  4 viewers
-- ARGV  1 epoch shown  2 version shown  3 updates channel
-- Returns HEALED, or FINE if the poll is as new as what was shown (or gone).
--@include snapshot
local keys = { state = KEYS[1], votes = KEYS[2], participants = KEYS[3], viewers = KEYS[4] }
local s = redis.call('HMGET', keys.state, 'epoch', 'version')
if not s[1] then return 'FINE' end
local epoch, shown_epoch = tonumber(s[1]), tonumber(ARGV[1])
if epoch > shown_epoch or (epoch == shown_epoch and tonumber(s[2]) >= tonumber(ARGV[2])) then return 'FINE' end
local now_ms, now_us = now()
redis.call('HSET', keys.state, 'epoch', string.format('%.0f', shown_epoch + 1))
step(keys, now_us)
publish_if_due(keys, now_ms, ARGV[3], 0)
return 'HEALED'
