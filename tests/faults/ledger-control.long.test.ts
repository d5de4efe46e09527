/** What hosts do, and nodes that start, while a store is away. `bun run faults ledger` plays these. */
import { test } from "bun:test";
import { controlOutlives } from "./ledger-control.ts";
import {
  bornWithoutRedis,
  lateBatchAfterRemoval,
  startsWithoutAnything,
  startsWithoutLedger,
} from "./ledger-starts.ts";

const TIME_MS = 120_000;

test(
  "[X60][V6] hidden, closed, removed while Redis is away; it is back as it was",
  () => controlOutlives("kept"),
  TIME_MS,
);

test(
  "[X60][V6] hidden, closed, removed while Redis is away; it is back empty",
  () => controlOutlives("lost"),
  TIME_MS,
);

test(
  "[X62][V6] late ballots of a cut-off node do not bring a removed poll back",
  () => lateBatchAfterRemoval(),
  TIME_MS,
);

test("[X63][V2] a poll is born, voted in and closed without Redis", () => bornWithoutRedis(), TIME_MS);

test("[X64] a node starts while the ledger is away", () => startsWithoutLedger(), TIME_MS);

test("[X64] a node starts while Redis and the ledger are away", () => startsWithoutAnything(), TIME_MS);
