#!lua
-- The state is whole, for this master.
-- KEYS  see keys.fragment.lua
-- ARGV  see told.fragment.lua; 12 token  13 for how long living nodes may still have what was lost here (ms)
-- Returns DONE, or LOST (the token, or the master it was taken for).
--@include snapshot
--@include trust
--@include keys
--@include told

-- began_after(now_ms, at): whether this server may have started later than that; it says so in whole seconds. A master
-- that restarts from a snapshot file names its former self as the one it was promoted from, and lacks the end; a replica
-- that was promoted had been running when the state was last written to.
local function began_after(now_ms, at)
  local seconds = tonumber(redis.call('INFO', 'server'):match('uptime_in_seconds:(%d+)'))
  return (math.floor(now_ms / 1000) - seconds + 1) * 1000 > at
end

local now_ms, now_us = now()
local replid, promoted_from = replids()
local s = redis.call('HMGET', keys.state, 'warm', 'beat', 'status')
if not holds(keys.state, ARGV[12], now_ms) then return 'LOST' end
local kept_all = s[3] and (s[1] == replid or (s[1] == promoted_from and not began_after(now_ms, tonumber(s[2] or 0))))
if not kept_all then
  redis.call('HSET', keys.state, 'wholeAt', string.format('%.0f', now_ms + tonumber(ARGV[13])))
end
local _, is_newer = take_told()
redis.call('HSET', keys.state, 'warm', replid)
redis.call('HDEL', keys.state, 'rebuild')
step(keys, now_us)
tell(now_ms, is_newer)
beat(keys.state, now_ms)
return 'DONE'
