#!lua
-- Sets how many viewers one node has, and takes off those of nodes that have not said so for too long.
-- KEYS  1 state  2 votes  3 participants  4 viewers
-- ARGV  1 node  2 count  3 how long the count is believed (ms)  4 updates channel  5 tick (ms)
-- Returns { ms until a flush is due (0: none), version }, or an empty list if there is no such poll.
--@include snapshot
--@include trust
local keys = { state = KEYS[1], votes = KEYS[2], participants = KEYS[3], viewers = KEYS[4] }
local expires_at = redis.call('HGET', keys.state, 'expiresAt')
if not expires_at then return {} end
local now_ms, now_us = now()
local told = redis.call('HGETALL', keys.viewers)
local before, lapsed, changed = '0', {}, false
for i = 1, #told, 2 do
  local count, expires = told[i + 1]:match('^(%d+):(%d+)$')
  if told[i] == ARGV[1] then
    before = count
  elseif tonumber(expires) <= now_ms then
    lapsed[#lapsed + 1] = told[i]
    changed = changed or count ~= '0'
  end
end
changed = changed or before ~= ARGV[2]
if #lapsed > 0 then redis.call('HDEL', keys.viewers, unpack(lapsed)) end
redis.call('HSET', keys.viewers, ARGV[1], ARGV[2] .. ':' .. string.format('%.0f', now_ms + tonumber(ARGV[3])))
redis.call('EXPIREAT', keys.viewers, expires_at)
if not changed or not may_show(keys.state) then return { 0, redis.call('HGET', keys.state, 'version') } end
step(keys, now_us)
return { publish_if_due(keys, now_ms, ARGV[4], tonumber(ARGV[5])), redis.call('HGET', keys.state, 'version') }
