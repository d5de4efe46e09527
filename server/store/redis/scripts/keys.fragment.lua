-- Included by the scripts beside a ledger, never run alone. All of them take the same
-- KEYS  1 poll  2 state  3 votes  4 participants  5 ballots  6 outbox  7 viewers  8 audit  9 joined
local keys = {
  poll = KEYS[1], state = KEYS[2], votes = KEYS[3], participants = KEYS[4],
  ballots = KEYS[5], outbox = KEYS[6], viewers = KEYS[7], audit = KEYS[8], joined = KEYS[9],
}

-- expire_all(expires_at): not the outbox: what the ledger does not have yet must not expire.
local function expire_all(expires_at)
  for i, key in ipairs(KEYS) do
    if i ~= 6 then redis.call('EXPIREAT', key, expires_at) end
  end
end

-- make_state(expires_at): a state that nobody trusts yet, where there is none.
local function make_state(expires_at)
  if redis.call('EXISTS', keys.state) == 1 then return end
  redis.call('HSET', keys.state, 'epoch', '0', 'version', '0', 'published', '0', 'publishedAt', '0', 'wholeAt', '0',
    'expiresAt', expires_at)
  redis.call('EXPIREAT', keys.state, expires_at)
end
