/** What an ACL user of Redis must be allowed, and no more: the line that an operator copies. */

/** By hand, in the order of who asks: a connection, a node, a script. */
const COMMANDS = [
  // What a connection says of itself; where it may not, it works all the same and fills ACL LOG.
  "client|setname",
  // Where keys are, and who answers.
  ...["ping", "info", "readonly", "asking", "cluster|slots", "cluster|myid", "wait"],
  // Asked by a node.
  ...["eval", "evalsha", "get", "set", "hmget", "hscan", "lrange", "ssubscribe", "sunsubscribe"],
  // Asked by the scripts.
  ...["time", "del", "exists", "expireat", "persist", "spublish", "rpush", "sadd", "srem", "scard"],
  ...["hget", "hgetall", "hincrby", "hkeys", "hlen", "hset", "hsetnx", "hdel", "hvals"],
  ...["pfadd", "pfcount"],
  ...["xadd", "xdel", "xlen", "xrange"],
] as const;

export type NeededCommand = (typeof COMMANDS)[number];
export const NEEDED_COMMANDS: readonly NeededCommand[] = COMMANDS;

/** Keys: polls, rooms, sessions, and what a probe writes. Channels: news of them. */
const PLACES =
  "resetkeys ~poll:* ~room:* ~session:* ~pollcast:probe* resetchannels &poll:* &room:* &session:*";

/** The rules of a user as ACL SETUSER takes them, but for its name and password. */
export const LEAST_RIGHTS = `${PLACES} -@all ${COMMANDS.map((command) => `+${command}`).join(" ")}`;

/** The line of an `aclfile`. */
export function aclUser(name: string, password: string): string {
  return `user ${name} on >${password} ${LEAST_RIGHTS}`;
}
