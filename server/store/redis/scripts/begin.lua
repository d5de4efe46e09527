#!lua
-- Takes the token of whoever makes the state whole, for this master; makes a state, which nobody trusts, where there is
-- none. After the fence only for settling: nothing may be counted here any more.
-- KEYS  see keys.fragment.lua
-- ARGV  1 token  2 settling: 1 or 0  3 a token not heard of for so long (ms) may be taken over  4 kept for (s)
-- Returns BUSY (another token), ENDED (closed, and not settling), REMOVED, or { 'BEGUN', the token to be used from now on }:
-- made here, so that a call that arrives once more, after everything was lost, does not give the same one out again.
--@include snapshot
--@include trust
--@include keys
if is_removed(keys.poll) then return 'REMOVED' end
local now_ms, now_us = now()
local s = redis.call('HMGET', keys.state, 'status', 'rebuild')
if s[1] == 'closed' and ARGV[2] ~= '1' then return 'ENDED' end
local replid = replids()
local token, master, at = holder(s[2])
local is_own = token and master == replid and token:sub(1, #ARGV[1] + 1) == ARGV[1] .. '~'
if token and not is_own and master == replid and now_ms - at < tonumber(ARGV[3]) then return 'BUSY' end
if not is_own then token = ARGV[1] .. '~' .. string.format('%.0f', now_us) end
make_state(expiry(0, tonumber(ARGV[4])))
-- While it is settled nothing may be merged, not even where all of the state was lost.
if ARGV[2] == '1' then redis.call('HSET', keys.state, 'status', 'closed') end
redis.call('HSET', keys.state, 'rebuild', token .. ':' .. replid .. ':' .. string.format('%.0f', now_ms))
return { 'BEGUN', token }
