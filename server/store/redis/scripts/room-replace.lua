#!lua
-- Puts a room in the place of the one whose seq is one less.
-- KEYS  1 room
-- ARGV  1 room (JSON)  2 kept for (s)
-- Returns DONE, also where the same room stands already, CONFLICT, or ABSENT if there is none or it was removed.
--@include room
local standing = redis.call('GET', KEYS[1])
local seq = seq_of(standing)
if not seq then return 'ABSENT' end
if standing ~= ARGV[1] and seq ~= seq_of(ARGV[1]) - 1 then return 'CONFLICT' end
keep(KEYS[1], ARGV[1], ARGV[2])
return 'DONE'
