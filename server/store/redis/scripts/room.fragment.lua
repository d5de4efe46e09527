-- Included by the scripts for rooms, never run alone. A room is JSON with its seq at the head, so that nobody here needs
-- to understand the rest, which a host wrote: {"seq":N,…}. A tombstone is {"removed":true}.

-- seq_of(value): the seq of a room; nil for a tombstone, and for nothing.
local function seq_of(value)
  return value and tonumber(value:match('^{"seq":(%d+),'))
end

-- keep(key, value, seconds): WAIT counts a connection's last write, so an answer that changes nothing keeps again.
local function keep(key, value, seconds)
  redis.call('SET', key, value, 'EX', seconds)
end
