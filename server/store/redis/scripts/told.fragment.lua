-- Included by the scripts that are told of a poll's control, never run alone. Needs snapshot, trust and keys. They take
-- ARGV  1 definition (JSON)  2 ballot rules: fields and values (JSON array)  3 number of options
--       4 control: fields and values (JSON array)  5 its seq  6 epoch  7 open until (epoch ms, or 0)  8 kept after that (s)
--       9 updates channel  10 system channel  11 event, or an empty string, then their own
local told = { seq = tonumber(ARGV[5]), epoch = tonumber(ARGV[6]), event = ARGV[11] }

-- take_definition(status): the text may change while the poll is a draft; and whoever makes a state brings it. Ballots
-- that are here already belong to the open poll, of which this state has not heard yet.
local function take_definition(status)
  local is_draft = not status or status == 'draft'
  if not is_draft and redis.call('EXISTS', keys.poll) == 1 then return end
  redis.call('SET', keys.poll, ARGV[1])
  redis.call('HSET', keys.state, unpack(cjson.decode(ARGV[2])))
  if is_draft and redis.call('EXISTS', keys.ballots) == 0 then redis.call('DEL', keys.votes) end
  for i = 1, tonumber(ARGV[3]) do redis.call('HSETNX', keys.votes, 'opt-' .. i, '0') end
end

-- take_told(): takes a newer control (by seq) with its text and lifetime, and a newer epoch.
-- Returns whether either was newer, and whether the control was.
local function take_told()
  local s = redis.call('HMGET', keys.state, 'seq', 'epoch', 'status')
  local is_newer = told.seq > tonumber(s[1] or 0)
  local has_epoch = told.epoch > tonumber(s[2] or 0)
  if is_newer or redis.call('EXISTS', keys.poll) == 0 then take_definition(s[3]) end
  if is_newer then
    redis.call('HSET', keys.state, 'expiresAt', expiry(tonumber(ARGV[7]), tonumber(ARGV[8])), unpack(cjson.decode(ARGV[4])))
  end
  if has_epoch then redis.call('HSET', keys.state, 'epoch', string.format('%.0f', told.epoch)) end
  expire_all(redis.call('HGET', keys.state, 'expiresAt'))
  return is_newer or has_epoch, is_newer
end

-- tell(now_ms, is_newer): the event if the control is news here, and what stands now, if that may be shown.
local function tell(now_ms, is_newer)
  if is_newer and told.event ~= '' then redis.call('SPUBLISH', ARGV[10], told.event) end
  if may_show(keys.state) then publish_if_due(keys, now_ms, ARGV[9], 0) end
end
