#!lua
-- Puts what the database has where nothing stands, not even a revocation.
-- KEYS  1 the category
-- ARGV  1 now (epoch s)  2 value
-- Returns the value that stands afterwards.
--@include session
local now = tonumber(ARGV[1])
local there = standing(KEYS[1], now)
if there then return there.text end
keep(KEYS[1], parsed(ARGV[2]), now)
return ARGV[2]
