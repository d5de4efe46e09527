/** The ledger on one DynamoDB table. Which items there are and why: `docs/ballots.md`, sections 2 and 4. */
import { randomUUID } from "node:crypto";
import type { PollId } from "../../../shared/ids.ts";
import { Outage } from "../../app/outage.ts";
import type { AuditEntry } from "../../app/ports.ts";
import type { RegisteredBallot } from "../../app/register.ts";
import { LEDGER } from "../tiers/health.ts";
import type { Final, Ledger, LedgerStep, LedgerTally, Meta, OpenMark, OpenPoll } from "../tiers/ledger.ts";
import { BallotItems } from "./ballot-items.ts";
import { erasePoll } from "./erasure.ts";
import type { ItemTable } from "./item-table.ts";
import { OPEN_PARTITIONS, probeKey } from "./keys.ts";
import { type ItemTableOptions, openItemTable } from "./open-item-table.ts";
import { OpenItems } from "./open-items.ts";
import { PollMetas } from "./poll-metas.ts";
import { Results } from "./results.ts";
import { Rolls } from "./rolls.ts";
import { Runs } from "./runs.ts";

export interface DynamoLedgerOptions extends ItemTableOptions {
  readonly ballotRetentionDays: number;
  /** Partitions for the ballots of each new poll; one takes 1,000 writes a second. */
  readonly shards?: number;
  /** How many lines of a poll's history are kept. */
  readonly auditLength?: number;
}

const SHARDS = 16;
const AUDIT_LENGTH = 1_000;
const PROBE_SECONDS = 3_600;

export class DynamoLedger implements Ledger {
  readonly openPartitions = OPEN_PARTITIONS;
  /** For whatever else is kept in this table. Closed with the ledger. */
  readonly table: ItemTable;
  readonly #metas: PollMetas;
  readonly #ballots: BallotItems;
  readonly #results: Results;
  readonly #rolls: Rolls;
  readonly #open: OpenItems;
  readonly #runs: Runs;

  /** Connects when it is first asked something. The table must be there: see `ensureTable`. */
  constructor(options: DynamoLedgerOptions) {
    const { ballotRetentionDays, shards = SHARDS, auditLength = AUDIT_LENGTH } = options;
    this.table = openItemTable(options);
    this.#metas = new PollMetas(this.table, { retentionDays: ballotRetentionDays, shards, auditLength });
    this.#ballots = new BallotItems(this.table, ballotRetentionDays);
    this.#results = new Results(this.table);
    this.#rolls = new Rolls(this.table, this.#metas);
    this.#open = new OpenItems(this.table);
    this.#runs = new Runs(this.table);
  }

  async create(poll: Pick<Meta, "definition" | "control" | "inRedis">, audit: AuditEntry) {
    const { definition, control } = poll;
    if (control.closesAt !== null) await this.#open.begin(definition.pollId, control.closesAt);
    return this.#metas.create(poll, audit);
  }

  meta(pollId: PollId) {
    return this.#metas.read(pollId);
  }

  record(pollId: PollId) {
    return this.#results.record(pollId);
  }

  steer(step: LedgerStep) {
    return this.#metas.steer(step);
  }

  /** Takes the next epoch; 0, which is newer than nothing, where the poll is not there any more. */
  claimEpoch(pollId: PollId) {
    return this.#metas.claimEpoch(pollId);
  }

  noteInRedis(pollId: PollId) {
    return this.#metas.noteInRedis(pollId);
  }

  append(meta: Meta, pack: string, ballots: readonly RegisteredBallot[]) {
    return this.#ballots.append(meta, pack, ballots);
  }

  put(meta: Meta, ballot: RegisteredBallot, expected: RegisteredBallot | null) {
    return this.#ballots.put(meta, ballot, expected);
  }

  ballots(meta: Meta, shard: number) {
    return this.#ballots.merged(meta.definition.pollId, shard);
  }

  putTally(pollId: PollId, tally: LedgerTally, expectedVersion: number) {
    return this.#results.putTally(pollId, tally, expectedVersion);
  }

  reportViewers(pollId: PollId, node: string, count: number) {
    return this.#results.reportViewers(pollId, node, count);
  }

  putRoll(pollId: PollId, generation: string, shard: number, ballots: readonly RegisteredBallot[]) {
    return this.#rolls.put(pollId, generation, shard, ballots);
  }

  roll(pollId: PollId, generation: string, shard: number) {
    return this.#rolls.read(pollId, generation, shard);
  }

  putFinal(pollId: PollId, final: Final) {
    return this.#results.putFinal(pollId, final);
  }

  erase(pollId: PollId) {
    return erasePoll({ table: this.table, metas: this.#metas, rolls: this.#rolls }, pollId);
  }

  openPartition(index: number) {
    return this.#open.partition(index);
  }

  putOpen(open: OpenPoll) {
    return this.#open.put(open);
  }

  deleteOpen(pollId: PollId) {
    return this.#open.delete(pollId);
  }

  putMark(mark: OpenMark) {
    return this.#open.putMark(mark);
  }

  deleteMark(mark: OpenMark) {
    return this.#open.deleteMark(mark);
  }

  beat(run: string, first: boolean) {
    return this.#runs.beat(run, first);
  }

  beats(runs: readonly string[]) {
    return this.#runs.beats(runs);
  }

  bury(run: string, lastBeat: number | null) {
    return this.#runs.bury(run, lastBeat);
  }

  async probe(node: string) {
    const key = probeKey(node);
    const value = randomUUID();
    await this.table.put({ ...key, value, expiresAt: this.table.second + PROBE_SECONDS });
    const found = await this.table.get(key);
    if (found?.value !== value) throw new Outage(LEDGER, 1_000, new Error("a probe is not read back"));
  }

  /** Lets go of the connections; what is on its way is given up. */
  async close() {
    this.table.close();
  }
}
