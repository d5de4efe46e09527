#!lua
-- Keeps a new room.
-- KEYS  1 room
-- ARGV  1 room (JSON)  2 kept for (s)
-- Returns CREATED, also where the same room stands already, or TAKEN if the id was ever used.
--@include room
local standing = redis.call('GET', KEYS[1])
if standing and standing ~= ARGV[1] then return 'TAKEN' end
keep(KEYS[1], ARGV[1], ARGV[2])
return 'CREATED'
