-- Included by the scripts that need it, never run alone.
-- replids(): the replication id of this server, and that of the master it was promoted from. The first is new after every
-- promotion and every restart, so a state that was made whole for another one is known.
local function replids()
  local info = redis.call('INFO', 'replication')
  return info:match('master_replid:(%x+)'), info:match('master_replid2:(%x+)')
end

-- is_removed(key): whether the poll is gone for good. What removes it deletes its state, so only who finds none need ask.
local function is_removed(key)
  return redis.call('GET', key) == 'REMOVED'
end

-- may_show(state): whether what stands may be shown: this state was made whole for this master. Without a ledger nobody
-- knows better than the present master: such states are marked 1.
local function may_show(state)
  local s = redis.call('HMGET', state, 'status', 'warm')
  return s[1] and s[2] and (s[2] == '1' or s[2] == (replids()))
end

-- holder(rebuild): of the field token:replid:ms who makes the state whole, for which master, and since when (ms).
local function holder(rebuild)
  if not rebuild then return nil end
  local token, master, at = rebuild:match('^(.*):(%x+):(%d+)$')
  return token, master, tonumber(at)
end

-- holds(state, token, now_ms): whether this token makes the state whole, for this master; if so it is believed from now.
local function holds(state, token, now_ms)
  local replid = replids()
  local held, master = holder(redis.call('HGET', state, 'rebuild'))
  if held ~= token or master ~= replid then return false end
  redis.call('HSET', state, 'rebuild', token .. ':' .. replid .. ':' .. string.format('%.0f', now_ms))
  return true
end

-- beat(state, now_ms): WAIT counts a connection's last write, so an answer that changed nothing writes too.
local function beat(state, now_ms)
  redis.call('HSET', state, 'beat', string.format('%.0f', now_ms))
end
