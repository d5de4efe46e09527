#!lua
-- Sets ballots exactly, whatever stands, under the token: what the final result counts.
-- KEYS  see keys.fragment.lua
-- ARGV  1 token, then for each voter (once in a call): voter, revision, choice (empty strings: no ballot)
-- Returns DONE, or LOST (the token, or the master it was taken for).
--@include snapshot
--@include trust
--@include register
--@include keys
local now_ms, now_us = now()
if not holds(keys.state, ARGV[1], now_ms) then return 'LOST' end
local voters = {}
for i = 2, #ARGV, 3 do voters[#voters + 1] = ARGV[i] end
local standing, moves = standing_of(keys.ballots, voters), new_moves()
for i = 2, #ARGV, 3 do
  local voter, revision, choice = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local old_revision, old_choice = split(standing[voter])
  if choice == '' then
    if old_choice then move(moves, voter, old_choice) end
  elseif old_revision ~= revision or old_choice ~= choice then
    move(moves, voter, old_choice, revision, choice)
  end
end
if moves.any then
  write_moves(keys, moves, redis.call('HGET', keys.state, 'expiresAt'))
  step(keys, now_us)
end
return 'DONE'
