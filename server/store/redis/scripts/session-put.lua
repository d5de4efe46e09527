#!lua
-- Puts what a session holds, or that it is revoked: a revocation always, nothing over one, else only what is newer.
-- KEYS  1 the category
-- ARGV  1 now (epoch s)  2 value
-- Returns the value that stands afterwards.
--@include session
local key, now, value = KEYS[1], tonumber(ARGV[1]), parsed(ARGV[2])
local there = standing(key, now)
if there and (there.revoked or not (value.revoked or value.version > there.version)) then
  confirm(key, there)
  return there.text
end
keep(key, value, now)
return value.text
