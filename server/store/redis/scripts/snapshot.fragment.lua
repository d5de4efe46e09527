-- Included by the scripts that need it, never run alone.
-- snapshot(keys, now_ms): the poll as it stands, JSON: what travels on the bus and what a read answers.
-- Every part is O(options) or O(nodes), so it costs the same at ten voters and at a million.
local function snapshot(keys, now_ms)
  local s = redis.call('HMGET', keys.state, 'status', 'openedAt', 'closesAt', 'closedAt', 'visibility', 'seq', 'epoch', 'version',
    'final', 'warm', 'joined')
  -- Without a ledger (warm is 1) nothing can change a closed poll any more.
  local final = s[9] == '1' or (s[10] == '1' and s[1] == 'closed')
  local ids = {}
  for i = 1, redis.call('HLEN', keys.votes) do ids[i] = 'opt-' .. i end
  local votes = redis.call('HMGET', keys.votes, unpack(ids))
  local viewers = 0
  for _, value in ipairs(redis.call('HVALS', keys.viewers)) do
    local count, expires = value:match('^(%d+):(%d+)$')
    if count and tonumber(expires) > now_ms then viewers = viewers + tonumber(count) end
  end
  return '{"control":{"status":"' .. s[1] .. '","openedAt":' .. s[2] .. ',"closesAt":' .. s[3] .. ',"closedAt":' .. s[4]
    .. ',"visibility":"' .. s[5] .. '","seq":' .. s[6] .. '},"tally":{"epoch":' .. s[7] .. ',"version":' .. s[8]
    .. ',"votes":[' .. table.concat(votes, ',') .. '],"participantCount":' .. redis.call('SCARD', keys.participants)
    .. ',"viewerCount":' .. string.format('%.0f', viewers) .. ',"joinedCount":' .. (s[11] or '0') .. ',"final":' .. tostring(final) .. '}}'
end

-- now(): epoch ms and µs of this Redis server.
local function now()
  local time = redis.call('TIME')
  local us = tonumber(time[1]) * 1000000 + tonumber(time[2])
  return math.floor(us / 1000), us
end

-- expiry(until_ms, keep_s): epoch seconds at which a poll's keys go: kept for keep_s after until_ms, or after now if later.
local function expiry(until_ms, keep_s)
  return string.format('%.0f', math.ceil(math.max(now(), until_ms) / 1000) + keep_s)
end

-- step(keys, us): takes the next version, greater than the last even if the clock went back, as nextVersion in
-- server/app/poll.ts does. %.0f: cjson keeps 14 digits.
local function step(keys, us)
  local previous = tonumber(redis.call('HGET', keys.state, 'version'))
  redis.call('HSET', keys.state, 'version', string.format('%.0f', math.max(previous + 2, us)))
end

-- publish_if_due(keys, now_ms, channel, tick_ms): publishes the snapshot if the poll's tick has passed or the clock went
-- back. Returns 0, or the ms until a flush is due.
local function publish_if_due(keys, now_ms, channel, tick_ms)
  local since = now_ms - tonumber(redis.call('HGET', keys.state, 'publishedAt'))
  if since >= 0 and since < tick_ms then return tick_ms - since end
  redis.call('HSET', keys.state, 'publishedAt', string.format('%.0f', now_ms), 'published', redis.call('HGET', keys.state, 'version'))
  redis.call('SPUBLISH', channel, snapshot(keys, now_ms))
  return 0
end
