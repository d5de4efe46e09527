#!lua
-- Revokes every category, also those that were never written. A revocation that lasts longer stays as it is.
-- KEYS  each category
-- ARGV  1 now (epoch s)  2 value of the revocation
-- Returns REVOKED.
--@include session
local now, value = tonumber(ARGV[1]), parsed(ARGV[2])
for _, key in ipairs(KEYS) do
  local there = standing(key, now)
  if there and there.revoked and there.ends_at >= value.ends_at then
    confirm(key, there)
  else
    keep(key, value, now)
  end
end
return 'REVOKED'
