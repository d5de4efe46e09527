#!lua
-- Merges a part of the ledger's ballots, under the token.
-- KEYS  see keys.fragment.lua
-- ARGV  1 token  2 updates channel  3 tick (ms), then for each ballot: voter, revision, choice
-- Returns LOST (the token, or the master it was taken for), or { 'DONE', ms until a flush is due (0: none), version }.
--@include snapshot
--@include trust
--@include register
--@include keys
local now_ms, now_us = now()
if not holds(keys.state, ARGV[1], now_ms) then return 'LOST' end
local due = 0
if merge_from(keys, 4) then
  step(keys, now_us)
  if may_show(keys.state) then due = publish_if_due(keys, now_ms, ARGV[2], tonumber(ARGV[3])) end
end
return { 'DONE', due, redis.call('HGET', keys.state, 'version') }
