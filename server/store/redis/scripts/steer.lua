#!lua
-- Swaps a poll's control for the next one, if nobody else did in between.
-- KEYS  1 poll  2 state  3 votes  4 participants  5 viewers  6 ballots  7 outbox  8 audit  9 joined
-- ARGV  1 expected seq  2 control fields and values (JSON array), or REMOVED  3 definition (JSON), or an empty string
--       4 its number of options  5 its ballot rules  6 audit entry (JSON)  7 open until (epoch ms, or 0)
--       8 kept after that (s)  9 updates channel  10 system channel  11 event, or an empty string
-- Returns DONE, CONFLICT (the poll is no longer at the expected seq) or ABSENT.
--@include snapshot
local keys = { state = KEYS[2], votes = KEYS[3], participants = KEYS[4], viewers = KEYS[5] }
local seq = redis.call('HGET', keys.state, 'seq')
if not seq then return 'ABSENT' end
if seq ~= ARGV[1] then return 'CONFLICT' end
local now_ms, now_us = now()
local expires_at = expiry(tonumber(ARGV[7]), tonumber(ARGV[8]))
if ARGV[2] == 'REMOVED' then
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9])
  -- The id stays used up.
  redis.call('SET', KEYS[1], 'REMOVED', 'EXAT', expires_at)
  redis.call('SPUBLISH', ARGV[10], ARGV[11])
  return 'DONE'
end
if ARGV[3] ~= '' then
  redis.call('SET', KEYS[1], ARGV[3])
  redis.call('HSET', keys.state, unpack(cjson.decode(ARGV[5])))
  redis.call('DEL', keys.votes)
  for i = 1, tonumber(ARGV[4]) do redis.call('HSET', keys.votes, 'opt-' .. i, '0') end
end
redis.call('HSET', keys.state, 'expiresAt', expires_at, unpack(cjson.decode(ARGV[2])))
redis.call('RPUSH', KEYS[8], ARGV[6])
-- Not the outbox: what the ledger does not have yet must not expire.
for i, key in ipairs(KEYS) do
  if i ~= 7 then redis.call('EXPIREAT', key, expires_at) end
end
step(keys, now_us)
if ARGV[11] ~= '' then redis.call('SPUBLISH', ARGV[10], ARGV[11]) end
publish_if_due(keys, now_ms, ARGV[9], 0)
return 'DONE'
