#!lua
-- Casts the ballots of one poll that one node collected: judged, counted and published as one atomic step.
-- The same ballots any number of times count once. One bad ballot never refuses its batch.
-- KEYS  1 state  2 votes  3 participants  4 ballots  5 viewers  6 outbox  7 poll
-- ARGV  1 updates channel  2 grace (ms)  3 tick (ms)  4 whether there is a ledger: 1 or 0, then for each ballot: voter,
--       revision, choice (opt-1,opt-3)   (the channel is not a KEY: as one it breaks while its slot migrates)
-- Returns COLD (only with a ledger: no state that can be trusted), or { ms until a flush is due (0: none), version after
--   the batch, its entry in the outbox or an empty string, then for each ballot: verdict, standing }.
--   verdict   COUNTED, ADVANCED, REPEATED, ALREADY_VOTED, OLDER, CLOSED, NOT_OPEN, UNKNOWN_OPTION,
--             TOO_MANY_OPTIONS, NOT_FOUND
--   standing  the voter's ballot after the verdict as revision:choice, or an empty string
--@include snapshot
--@include trust
--@include register
local keys = { state = KEYS[1], votes = KEYS[2], participants = KEYS[3], ballots = KEYS[4], viewers = KEYS[5] }
local has_ledger = ARGV[4] == '1'
local count = (#ARGV - 4) / 3
local reply = { 0, '0', '' }

local s = redis.call('HMGET', keys.state, 'status', 'closesAt', 'allowChange', 'expiresAt', 'maxChoices', 'warm')
local status, allow_change, max_choices = s[1], s[3] == '1', tonumber(s[5])
local replid = has_ledger and replids()
if has_ledger and (not status or s[6] ~= replid) and not is_removed(KEYS[7]) then return 'COLD' end
if not status then
  for i = 1, count do reply[#reply + 1] = 'NOT_FOUND'; reply[#reply + 1] = '' end
  return reply
end
local now_ms, now_us = now()
local taking = status == 'open' and now_ms < tonumber(s[2]) + tonumber(ARGV[2])

local known = {}
for _, id in ipairs(redis.call('HKEYS', keys.votes)) do known[id] = true end
local voters = {}
for i = 1, count do voters[i] = ARGV[3 * i + 2] end
local standing = standing_of(keys.ballots, voters)

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

local moves, counted = new_moves(), false
for i = 1, count do
  local voter, revision, choice = voters[i], ARGV[3 * i + 3], ARGV[3 * i + 4]
  local old_revision, old_choice = split(standing[voter])
  local verdict = judge(old_revision, old_choice, tonumber(revision), choice)
  if verdict == 'COUNTED' or verdict == 'ADVANCED' then
    counted = counted or verdict == 'COUNTED'
    move(moves, voter, old_choice, revision, choice)
    standing[voter] = revision .. ':' .. choice
  end
  reply[#reply + 1] = verdict
  reply[#reply + 1] = standing[voter] or ''
end

if moves.any then write_moves(keys, moves, s[4]) end
-- WAIT counts this connection's last write: a batch of repeats writes too, or its answers could be of an unreplicated master.
beat(keys.state, now_ms)
-- What else changed is no news: an ADVANCED ballot takes a version only for its entry's id.
if counted or (has_ledger and moves.any) then step(keys, now_us) end
local version = redis.call('HGET', keys.state, 'version')
reply[2] = version
if has_ledger and moves.any then
  -- The id names the master too: one that took over with its clock behind must not give an id of entries that were lost,
  -- or whoever drains those would take away entries that the ledger lacks.
  local tag = string.format('%.0f', tonumber(replid:sub(1, 12), 16))
  local id = redis.pcall('XADD', KEYS[6], version .. '-' .. tag, unpack(moves.ballots))
  if type(id) ~= 'string' then id = redis.call('XADD', KEYS[6], '*', unpack(moves.ballots)) end
  redis.call('PERSIST', KEYS[6])
  reply[3] = id
end
if counted then reply[1] = publish_if_due(keys, now_ms, ARGV[1], tonumber(ARGV[3])) end
return reply
