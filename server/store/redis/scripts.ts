/** The Lua scripts as commands of the client: sent by EVALSHA, loaded again by itself where a server forgot them. */
import type { ChainableCommander, Cluster, Redis } from "ioredis";
import cast from "./scripts/cast.lua" with { type: "text" };
import create from "./scripts/create.lua" with { type: "text" };
import flush from "./scripts/flush.lua" with { type: "text" };
import heal from "./scripts/heal.lua" with { type: "text" };
import read from "./scripts/read.lua" with { type: "text" };
import snapshot from "./scripts/snapshot.fragment.lua" with { type: "text" };
import steer from "./scripts/steer.lua" with { type: "text" };
import viewers from "./scripts/viewers.lua" with { type: "text" };

type Arguments = readonly (string | number)[];

/** Each takes its KEYS, then its ARGV, in the order of its header. */
export interface PollScripts {
  pollCreate(...keysAndArguments: Arguments): Promise<"CREATED" | "TAKEN">;
  pollRead(...keysAndArguments: Arguments): Promise<[] | [definition: string, snapshot: string]>;
  pollSteer(...keysAndArguments: Arguments): Promise<"DONE" | "CONFLICT" | "ABSENT">;
  pollFlush(...keysAndArguments: Arguments): Promise<number>;
  pollViewers(...keysAndArguments: Arguments): Promise<[] | [dueInMs: number, version: string]>;
  pollHeal(...keysAndArguments: Arguments): Promise<"HEALED" | "FINE">;
}

/** A pipeline to one master, with the script that only ever travels in one. */
export type PollPipeline = Pick<ChainableCommander, "wait" | "exec"> & {
  pollCast(...keysAndArguments: Arguments): unknown;
};

/** A cluster or a single server: the product needs the same of both. */
export type RedisClient = Omit<Cluster | Redis, "pipeline"> & PollScripts & { pipeline(): PollPipeline };

const withFragment = (lua: string) => lua.replace("--@include snapshot", () => snapshot);

/** For the client's `scripts` option: the number of keys is said once, here and in each header. */
export const SCRIPTS = {
  pollCreate: { lua: withFragment(create), numberOfKeys: 4 },
  pollRead: { lua: withFragment(read), numberOfKeys: 5 },
  pollCast: { lua: withFragment(cast), numberOfKeys: 5 },
  pollSteer: { lua: withFragment(steer), numberOfKeys: 8 },
  pollFlush: { lua: withFragment(flush), numberOfKeys: 4 },
  pollViewers: { lua: withFragment(viewers), numberOfKeys: 4 },
  pollHeal: { lua: withFragment(heal), numberOfKeys: 4 },
};
