#!lua
-- The session was used: it idles from there, never from earlier than it did, and never beyond its end. Makes nothing.
-- KEYS  1 the category
-- ARGV  1 now (epoch s)  2 idle until (epoch s)
-- Returns TOUCHED or ABSENT.
--@include session
local now = tonumber(ARGV[1])
local there = standing(KEYS[1], now)
if not there or there.revoked then return 'ABSENT' end
local idle_until = math.min(tonumber(ARGV[2]), there.ends_at)
if idle_until > there.idle_until then
  local head = string.format('{"version":%.0f,"idleUntil":%.0f,"endsAt":%.0f,"data":', there.version, idle_until, there.ends_at)
  keep(KEYS[1], parsed(head .. there.text:sub(there.data_at)), now)
end
return 'TOUCHED'
