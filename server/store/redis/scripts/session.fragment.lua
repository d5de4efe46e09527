-- Included by the scripts for sessions, never run alone. A value is JSON whose head is always written the same way, so
-- that nobody here needs to understand what a browser wrote, which may be nested deeper than cjson goes:
-- {"version":V,"idleUntil":S,"endsAt":S,"data":…}, or of a revocation {"revoked":true,"endsAt":S}. S: whole epoch s.
local HEAD = '^{"version":(%d+),"idleUntil":(%d+),"endsAt":(%d+),"data":()'
local REVOKED = '^{"revoked":true,"endsAt":(%d+)}$'

-- parsed(text): what a value says; nil for anything that is none.
local function parsed(text)
  local version, idle_until, ends_at, data_at = text:match(HEAD)
  if version then
    local ends = tonumber(ends_at)
    local idle = tonumber(idle_until)
    return { text = text, version = tonumber(version), idle_until = idle, ends_at = ends,
      over_at = math.min(idle, ends), data_at = data_at }
  end
  local revoked_until = tonumber(text:match(REVOKED))
  return revoked_until and { text = text, revoked = true, ends_at = revoked_until, over_at = revoked_until }
end

-- standing(key, now): what stands at `now` (epoch s by the clock of whoever asks; by its own clock Redis deletes), or nil.
local function standing(key, now)
  local text = redis.call('GET', key)
  local value = text and parsed(text)
  if value and now < value.over_at then return value end
  return nil
end

-- keep(key, value, now): until the second it is over. What is over already goes, and what stood there with it.
local function keep(key, value, now)
  if value.over_at <= now then
    redis.call('DEL', key)
  else
    redis.call('SET', key, value.text, 'EXAT', string.format('%.0f', value.over_at))
  end
end

-- confirm(key, value): WAIT counts a connection's last write, so an answer that changed nothing writes too.
local function confirm(key, value)
  redis.call('EXPIREAT', key, string.format('%.0f', value.over_at))
end
