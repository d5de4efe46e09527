#!lua
-- The ledger has these entries of the outbox: they go. One that was still there proves that its ballots stand here, for
-- one script wrote both. A closed state takes this though it is not warm, or whoever closes would go round for ever.
-- KEYS  see keys.fragment.lua    ARGV  the ids of the entries
-- Returns COLD, REMOVED, or the ids of those that were not there.
--@include snapshot
--@include trust
--@include keys
if is_removed(keys.poll) then return 'REMOVED' end
local now_ms = now()
local s = redis.call('HMGET', keys.state, 'status', 'warm', 'rebuild', 'expiresAt')
local replid = replids()
local _, rebuilt_for = holder(s[3])
if s[1] ~= 'closed' and rebuilt_for ~= replid and not (s[1] and s[2] == replid) then return 'COLD' end
local missing = {}
for _, id in ipairs(ARGV) do
  if redis.call('XDEL', keys.outbox, id) == 0 then missing[#missing + 1] = id end
end
if redis.call('XLEN', keys.outbox) == 0 then redis.call('EXPIREAT', keys.outbox, s[4]) end
beat(keys.state, now_ms)
return missing
