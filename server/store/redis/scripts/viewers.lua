#!lua
-- Sets how many viewers one node has, and takes off those of nodes that have not said so for too long. Counts who joined:
-- a HyperLogLog keeps nobody's name, and 12 KB whatever the audience; about 0.8 % off in a large hall, exact in a room.
-- KEYS  1 state  2 votes  3 participants  4 viewers  5 joined
-- ARGV  1 node  2 count  3 how long the count is believed (ms)  4 updates channel  5 tick (ms), then those who joined
-- Returns { ms until a flush is due (0: none), version }, or an empty list if there is no such poll.
--@include snapshot
--@include trust
local keys = { state = KEYS[1], votes = KEYS[2], participants = KEYS[3], viewers = KEYS[4] }
local s = redis.call('HMGET', keys.state, 'expiresAt', 'joined')
local expires_at = s[1]
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
if #ARGV > 5 then
  redis.call('PFADD', KEYS[5], unpack(ARGV, 6))
  redis.call('EXPIREAT', KEYS[5], expires_at)
end
-- The count is kept beside the rest, so that a snapshot reads one field more; asked again each time, because a state that
-- was lost and made whole has none.
local joined = string.format('%.0f', redis.call('PFCOUNT', KEYS[5]))
if joined ~= (s[2] or '0') then
  redis.call('HSET', keys.state, 'joined', joined)
  changed = true
end
if not changed or not may_show(keys.state) then return { 0, redis.call('HGET', keys.state, 'version') } end
step(keys, now_us)
return { publish_if_due(keys, now_ms, ARGV[4], tonumber(ARGV[5])), redis.call('HGET', keys.state, 'version') }
