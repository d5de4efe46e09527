#!lua
-- Merges ballots that the ledger has. Once the poll is closed it does nothing: what stands is then settled from the final
-- result.
-- KEYS  see keys.fragment.lua
-- ARGV  1 updates channel  2 tick (ms), then for each ballot: voter, revision, choice
-- Returns COLD, REMOVED, or { 'DONE', ms until a flush is due (0: none), version }.
--@include snapshot
--@include trust
--@include register
--@include keys
if is_removed(keys.poll) then return 'REMOVED' end
local now_ms, now_us = now()
local s = redis.call('HMGET', keys.state, 'status', 'warm', 'rebuild')
local replid = replids()
local is_warm = s[1] and s[2] == replid
local _, rebuilt_for = holder(s[3])
if s[1] ~= 'closed' and rebuilt_for ~= replid and not is_warm then return 'COLD' end
local due = 0
if s[1] ~= 'closed' and merge_from(keys, 3) then
  step(keys, now_us)
  if is_warm then due = publish_if_due(keys, now_ms, ARGV[1], tonumber(ARGV[2])) end
end
beat(keys.state, now_ms)
return { 'DONE', due, redis.call('HGET', keys.state, 'version') }
