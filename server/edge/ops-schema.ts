/** The answer of `GET /api/ops`, as the OpenAPI document has it. */
import { z } from "@hono/zod-openapi";
import { LEVEL_NAMES, type OpsReport } from "../../shared/ops-report.ts";

const epochMs = z.int().meta({ description: "Epoch ms." });
const ms = z.number().meta({ description: "Milliseconds." });
const level = z
  .literal([0, 1, 2, 3, 4])
  .meta({ description: "How degraded: 0 is normal, 4 takes no votes. A node shows its worst shard." });

const storeFields = {
  name: z.string(),
  breaker: z.enum(["closed", "half-open", "open"]),
  openSince: epochMs.nullable(),
  latencyMs: ms.nullable(),
  latencyP50Ms: ms.nullable(),
  needsHands: z.boolean().meta({ description: "It did not come back by itself." }),
};

const shard = z
  .object({
    ...storeFields,
    level,
    masterSince: epochMs,
    replica: z.boolean().nullable().meta({ description: "Whether a replica answers." }),
    lastFailoverAt: epochMs.nullable(),
  })
  .openapi("Shard");

const sessionStore = z.object({
  name: z.enum(["local", "redis", "replica", "database"]),
  hits: z.int(),
  misses: z.int(),
  restores: z.int(),
  errors: z.int(),
  writes: z.int(),
  latencyP50Ms: ms.nullable(),
  latencyP95Ms: ms.nullable(),
});

const report = {
  level,
  levelName: z.enum(LEVEL_NAMES),
  shards: z.array(shard).readonly(),
  ledger: z.object(storeFields).nullable(),
  failovers: z.int(),
  lastFailoverAt: epochMs.nullable(),
  outbox: z
    .object({ entries: z.int(), oldestMs: ms })
    .nullable()
    .meta({ description: "In Redis, not yet in the ledger." }),
  keptInMemory: z
    .object({ ballots: z.int(), polls: z.int(), oldestMs: ms })
    .nullable()
    .meta({ description: "Vouched for by this node, not yet in the ledger." }),
  ledgerLagMs: ms.nullable(),
  marks: z.int().nullable(),
  rebuilds: z.int(),
  lastRebuild: z.object({ at: epochMs, ms, ballots: z.int() }).nullable(),
  openPolls: z.int().nullable(),
  sessions: z
    .object({
      stores: z.array(sessionStore).readonly(),
      active: z.int().meta({ description: "Seen by this node in the last half hour, to about 2 %." }),
      pending: z.int().meta({ description: "What a store has still to be told." }),
      fallbacks: z.int().meta({ description: "Answered by the database, because Redis could not be asked." }),
      emergencies: z.int().meta({ description: "Nobody could say who is there." }),
    })
    .nullable(),
};

/** Fails to compile when the report has a field that is not described here. */
const described: Record<keyof OpsReport, unknown> = report;
void described;

export const opsAnswer = z
  .object({
    node: z.string(),
    environment: z.string(),
    store: z.enum(["embedded", "ledger", "redis"]),
    uptimeSeconds: z.int(),
    draining: z.boolean(),
    sockets: z.int(),
    livePolls: z.int(),
    ballotsAccepted: z.int(),
    ...report,
  })
  .openapi("Ops");
