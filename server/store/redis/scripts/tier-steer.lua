#!lua
-- Takes a newer control, and an epoch that was shown while Redis was away. Also where the state is not warm: whoever makes
-- it whole keeps the newer control. Where there is none, whoever makes one reads the ledger later than this.
-- KEYS  see keys.fragment.lua    ARGV  see told.fragment.lua
-- Returns DONE, COLD (no state) or REMOVED.
--@include snapshot
--@include trust
--@include keys
--@include told
if is_removed(keys.poll) then return 'REMOVED' end
if redis.call('EXISTS', keys.state) == 0 then return 'COLD' end
local now_ms, now_us = now()
local changed, is_newer = take_told()
if changed then
  step(keys, now_us)
  tell(now_ms, is_newer)
end
beat(keys.state, now_ms)
return 'DONE'
