-- Included by the scripts that need it, never run alone. Ballots as registers: revision:choice of each voter.
-- split(ballot): revision (text) and choice of a standing ballot; nothing for none.
local function split(ballot)
  if ballot then return ballot:match('^(%d+):(.*)$') end
end

-- is_after(a, b): compares text bytewise. Not a > b: that asks the locale, which differs between servers.
local function is_after(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = a:byte(i), b:byte(i)
    if x ~= y then return x > y end
  end
  return #a > #b
end

-- supersedes(revision, choice, ballot): the order of the register, as in server/app/register.ts. A total order, so merging
-- commutes and may be repeated.
local function supersedes(revision, choice, ballot)
  if not ballot then return true end
  local old_revision, old_choice = split(ballot)
  revision, old_revision = tonumber(revision), tonumber(old_revision)
  return revision > old_revision or (revision == old_revision and is_after(choice, old_choice))
end

-- standing_of(ballots, voters): voter → ballot, or false.
local function standing_of(ballots, voters)
  local standing = {}
  if #voters == 0 then return standing end
  for i, value in ipairs(redis.call('HMGET', ballots, unpack(voters))) do standing[voters[i]] = value end
  return standing
end

-- new_moves(): what a batch changes, collected first and written at once. of_choice: by how many the ballots with each
-- choice become more.
local function new_moves()
  return { ballots = {}, joined = {}, left = {}, of_choice = {}, any = false }
end

-- move(moves, voter, old_choice, revision, choice): from the old choice (nil: none) to the new one (nil: none any more).
-- Of a voter who moves twice in a batch the last ballot stands; who is moved to none must not move again.
local function move(moves, voter, old_choice, revision, choice)
  local of_choice = moves.of_choice
  moves.any = true
  if old_choice then of_choice[old_choice] = (of_choice[old_choice] or 0) - 1 end
  if not choice then
    moves.left[#moves.left + 1] = voter
    return
  end
  of_choice[choice] = (of_choice[choice] or 0) + 1
  if not old_choice then moves.joined[#moves.joined + 1] = voter end
  moves.ballots[#moves.ballots + 1] = voter
  moves.ballots[#moves.ballots + 1] = revision .. ':' .. choice
end

-- write_moves(keys, moves, expires_at): votes move with the ballots, so that per option votes = ballots, always.
local function write_moves(keys, moves, expires_at)
  local first = #moves.joined > 0 and redis.call('EXISTS', keys.ballots) == 0
  if #moves.ballots > 0 then redis.call('HSET', keys.ballots, unpack(moves.ballots)) end
  if #moves.joined > 0 then redis.call('SADD', keys.participants, unpack(moves.joined)) end
  if #moves.left > 0 then
    redis.call('HDEL', keys.ballots, unpack(moves.left))
    redis.call('SREM', keys.participants, unpack(moves.left))
  end
  local delta = {}
  for choice, amount in pairs(moves.of_choice) do
    for id in choice:gmatch('[^,]+') do delta[id] = (delta[id] or 0) + amount end
  end
  for id, amount in pairs(delta) do
    if amount ~= 0 then redis.call('HINCRBY', keys.votes, id, string.format('%.0f', amount)) end
  end
  if first then
    for _, key in ipairs({ keys.ballots, keys.participants, keys.votes }) do redis.call('EXPIREAT', key, expires_at) end
  end
end

-- merge_from(keys, first): merges the ballots from this argument on (voter, revision, choice …), by the order of the
-- register alone: no rule of the poll is asked. Returns whether anything moved.
local function merge_from(keys, first)
  local voters = {}
  for i = first, #ARGV, 3 do voters[#voters + 1] = ARGV[i] end
  local standing, moves = standing_of(keys.ballots, voters), new_moves()
  for i = first, #ARGV, 3 do
    local voter, revision, choice = ARGV[i], ARGV[i + 1], ARGV[i + 2]
    local ballot = standing[voter]
    if supersedes(revision, choice, ballot) then
      local _, old_choice = split(ballot)
      move(moves, voter, old_choice, revision, choice)
      standing[voter] = revision .. ':' .. choice
    end
  end
  if moves.any then write_moves(keys, moves, redis.call('HGET', keys.state, 'expiresAt')) end
  return moves.any
end
