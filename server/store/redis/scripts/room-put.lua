#!lua
-- Puts what is true of a room: that it was removed always, nothing over that, else only what is not older.
-- KEYS  1 room
-- ARGV  1 room (JSON), or its tombstone  2 kept for (s)
-- Returns PUT, or OLDER.
--@include room
local standing = redis.call('GET', KEYS[1])
local seq = seq_of(ARGV[1])
if standing and seq then
  local there = seq_of(standing)
  if not there or there > seq then return 'OLDER' end
end
keep(KEYS[1], ARGV[1], ARGV[2])
return 'PUT'
