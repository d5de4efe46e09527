#!lua
-- Deletes everything of the poll. The id stays used up.
-- KEYS  see keys.fragment.lua    ARGV  1 the mark is kept for (s)  2 system channel  3 event
-- Returns REMOVED.
--@include snapshot
--@include trust
--@include keys
local is_news = not is_removed(keys.poll)
redis.call('DEL', unpack(KEYS))
redis.call('SET', keys.poll, 'REMOVED', 'EXAT', expiry(0, tonumber(ARGV[1])))
if is_news then redis.call('SPUBLISH', ARGV[2], ARGV[3]) end
return 'REMOVED'
