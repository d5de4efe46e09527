#!lua
-- Keeps a new poll.
-- KEYS  1 poll  2 state  3 votes  4 audit
-- ARGV  1 definition (JSON)  2 control fields and values (JSON array)  3 number of options  4 audit entry (JSON)
--       5 open until (epoch ms, or 0)  6 kept after that (s)  7 ballot rules: fields and values (JSON array)
-- Returns CREATED, or TAKEN if the id was ever used.
--@include snapshot
if redis.call('EXISTS', KEYS[1]) == 1 then return 'TAKEN' end
local expires_at = expiry(tonumber(ARGV[5]), tonumber(ARGV[6]))
redis.call('SET', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[2], 'epoch', '1', 'version', '1', 'published', '0', 'publishedAt', '0', 'warm', '1',
  'expiresAt', expires_at, unpack(cjson.decode(ARGV[2])))
redis.call('HSET', KEYS[2], unpack(cjson.decode(ARGV[7])))
for i = 1, tonumber(ARGV[3]) do redis.call('HSET', KEYS[3], 'opt-' .. i, '0') end
redis.call('RPUSH', KEYS[4], ARGV[4])
for _, key in ipairs(KEYS) do redis.call('EXPIREAT', key, expires_at) end
return 'CREATED'
