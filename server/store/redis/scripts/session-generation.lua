#!lua
-- Whose memory this is.
-- KEYS  1 any key of the session
-- Returns the replication id of the master: new after every promotion and every restart.
--@include trust
local replid = replids()
return replid
