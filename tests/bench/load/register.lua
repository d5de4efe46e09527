#!lua
-- The least that a register per voter, ordered by revision and counted, can be: what the product's script is held against.
-- KEYS  1 votes  2 ballots
-- ARGV  for each ballot: voter, revision, option
-- Returns 1 for each ballot that was counted, 0 for an older one.
local voters = {}
for i = 1, #ARGV, 3 do voters[#voters + 1] = ARGV[i] end
local standing = redis.call('HMGET', KEYS[2], unpack(voters))
local written, delta, reply = {}, {}, {}
for i, voter in ipairs(voters) do
  local revision, option = ARGV[3 * i - 1], ARGV[3 * i]
  local old = standing[i]
  local old_revision, old_option
  if old then old_revision, old_option = old:match('^(%d+):(.*)$') end
  if not old or tonumber(revision) > tonumber(old_revision) then
    if old then delta[old_option] = (delta[old_option] or 0) - 1 end
    delta[option] = (delta[option] or 0) + 1
    written[#written + 1] = voter
    written[#written + 1] = revision .. ':' .. option
    reply[i] = 1
  else
    reply[i] = 0
  end
end
if #written > 0 then redis.call('HSET', KEYS[2], unpack(written)) end
for option, amount in pairs(delta) do redis.call('HINCRBY', KEYS[1], option, amount) end
return reply
