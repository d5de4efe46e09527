/**
 * What lies behind the socket, without one. A process of its own, on the core that servers have; one job in, its
 * figures out, both JSON.
 */
import type { RedisSettings } from "../../../server/store/redis/connect-redis.ts";
import type { Casting } from "./casting.ts";
import { type CastFigures, Meter } from "./meter.ts";
import { registerCasting } from "./register-casting.ts";
import { storeCasting } from "./store-casting.ts";

export interface StoreJob {
  readonly what: "store" | "register" | "registerAndWait";
  readonly redis: RedisSettings;
  readonly redisPids: readonly number[];
  /** Ballots, each of another voter. */
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

async function measure(job: StoreJob): Promise<CastFigures> {
  // As long as the product's.
  const voters = Array.from({ length: job.inFlight }, () => crypto.randomUUID().slice(0, 22));
  const casting: Casting =
    job.what === "store"
      ? await storeCasting(job.redis, voters)
      : await registerCasting(job.redis, voters, job.what === "registerAndWait");
  const meter = new Meter({ serverPid: process.pid, redisPids: job.redisPids });
  let running = true;
  const done = casting(
    () => running,
    (waitedMs, durable) => meter.acknowledged(waitedMs, durable),
  );
  await Bun.sleep(job.warmUpMs);
  meter.start();
  await Bun.sleep(job.measureMs);
  meter.pause();
  running = false;
  await done;
  return meter.figures();
}

const job = JSON.parse(process.argv[2] ?? "") as StoreJob; // written by `cast.ts`
console.log(JSON.stringify(await measure(job)));
process.exit(0);
