#!lua
-- Casts the ballots of one poll that one node collected: judged, counted and published as one atomic step.
-- The same ballots any number of times count once. One bad ballot never refuses its batch.
-- KEYS  1 state  2 votes  3 participants  4 ballots  5 viewers
-- ARGV  1 updates channel  2 grace (ms)  3 tick (ms), then for each ballot: voter, revision, choice (opt-1,opt-3)
--       (the channel is not a KEY: as one it breaks while its slot migrates)
-- Returns { ms until a flush is due (0: none), version after the batch, then for each ballot: verdict, standing }.
--   verdict   COUNTED, ADVANCED, REPEATED, ALREADY_VOTED, OLDER, CLOSED, NOT_OPEN, UNKNOWN_OPTION,
--             TOO_MANY_OPTIONS, NOT_FOUND
--   standing  the voter's ballot after the verdict as revision:choice, or an empty string
--@include snapshot
local keys = { state = KEYS[1], votes = KEYS[2], participants = KEYS[3], viewers = KEYS[5] }
local count = (#ARGV - 3) / 3
local reply = { 0, '0' }

local s = redis.call('HMGET', keys.state, 'status', 'closesAt', 'allowChange', 'expiresAt', 'maxChoices')
local status, allow_change, max_choices = s[1], s[3] == '1', tonumber(s[5])
if not status then
  for i = 1, count do reply[#reply + 1] = 'NOT_FOUND'; reply[#reply + 1] = '' end
  return reply
end
local now_ms, now_us = now()
local taking = status == 'open' and now_ms < tonumber(s[2]) + tonumber(ARGV[2])

local known = {}
for _, id in ipairs(redis.call('HKEYS', keys.votes)) do known[id] = true end
local voters = {}
for i = 1, count do voters[i] = ARGV[3 * i + 1] end
local standing = {}
for i, value in ipairs(redis.call('HMGET', KEYS[4], unpack(voters))) do standing[voters[i]] = value end

-- why_not(choice): why it is no choice in this poll, or ''. A batch holds few different ones: each is taken apart once.
local checked = {}
local function why_not(choice)
  if checked[choice] then return checked[choice] end
  local why, chosen = '', 0
  for id in choice:gmatch('[^,]+') do
    if not known[id] then why = 'UNKNOWN_OPTION' end
    chosen = chosen + 1
  end
  if why == '' and chosen > max_choices then why = 'TOO_MANY_OPTIONS' end
  checked[choice] = why
  return why
end

-- The same verdicts as judgeBallot in server/app/ballot.ts; the contract suite holds both to one table.
local function judge(old_revision, old_choice, revision, choice)
  local why = why_not(choice)
  if why ~= '' then return why end
  if not old_choice then
    if status == 'draft' then return 'NOT_OPEN' end
    return taking and 'COUNTED' or 'CLOSED'
  end
  local newer = revision > tonumber(old_revision)
  if old_choice == choice then
    return (allow_change and newer and taking) and 'ADVANCED' or 'REPEATED'
  end
  if not allow_change then return 'ALREADY_VOTED' end
  if not newer then return 'OLDER' end
  return taking and 'COUNTED' or 'CLOSED'
end

-- ballots_of: by how many the ballots with each choice become more.
local ballots_of, joined, written, counted = {}, {}, {}, false
for i = 1, count do
  local voter, revision, choice = voters[i], ARGV[3 * i + 2], ARGV[3 * i + 3]
  local old_revision, old_choice
  if standing[voter] then old_revision, old_choice = standing[voter]:match('^(%d+):(.*)$') end
  local verdict = judge(old_revision, old_choice, tonumber(revision), choice)
  if verdict == 'COUNTED' or verdict == 'ADVANCED' then
    if verdict == 'COUNTED' then
      counted = true
      if old_choice then ballots_of[old_choice] = (ballots_of[old_choice] or 0) - 1 else joined[#joined + 1] = voter end
      ballots_of[choice] = (ballots_of[choice] or 0) + 1
    end
    standing[voter] = revision .. ':' .. choice
    written[voter] = standing[voter]
  end
  reply[#reply + 1] = verdict
  reply[#reply + 1] = standing[voter] or ''
end

local ballots = {}
for voter, value in pairs(written) do ballots[#ballots + 1] = voter; ballots[#ballots + 1] = value end
local first = #joined > 0 and redis.call('EXISTS', KEYS[4]) == 0
if #ballots > 0 then redis.call('HSET', KEYS[4], unpack(ballots)) end
if #joined > 0 then redis.call('SADD', keys.participants, unpack(joined)) end
if first then
  redis.call('EXPIREAT', KEYS[4], s[4])
  redis.call('EXPIREAT', keys.participants, s[4])
end
local delta = {}
for choice, amount in pairs(ballots_of) do
  for id in choice:gmatch('[^,]+') do delta[id] = (delta[id] or 0) + amount end
end
for id, amount in pairs(delta) do
  if amount ~= 0 then redis.call('HINCRBY', keys.votes, id, string.format('%.0f', amount)) end
end
-- WAIT counts this connection's last write: a batch of repeats writes too, or its answers could be of an unreplicated master.
redis.call('HSET', keys.state, 'beat', string.format('%.0f', now_ms))
if counted then
  step(keys, now_us)
  reply[1] = publish_if_due(keys, now_ms, ARGV[1], tonumber(ARGV[3]))
end
reply[2] = redis.call('HGET', keys.state, 'version')
return reply
