import type { ShardReport, StoreReport } from "../../shared/ops-report.ts";
import { age, BREAKER_WORDS, LEVEL_WORDS, opsTexts } from "./ops-texts.ts";

/** A row for each shard; on a phone a card, whose lines say what their columns are. */
export function OpsShards({ shards, now }: { shards: readonly ShardReport[]; now: number }) {
  return (
    <section aria-labelledby="redis-title">
      <h2 id="redis-title">{opsTexts.redis}</h2>
      {shards.length === 0 ? <p>{opsTexts.noShards}</p> : <Table shards={shards} now={now} />}
    </section>
  );
}

function Table({ shards, now }: { shards: readonly ShardReport[]; now: number }) {
  const columns = ["shard", "state", "answersIn", "replica", "masterSince", "lastFailover"] as const;
  return (
    <table class="shards">
      <thead>
        <tr>
          {columns.map((column) => (
            <th scope="col" key={column}>
              {opsTexts[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shards.map((shard) => (
          <tr key={shard.name} class={shard.level > 0 ? "bad" : ""}>
            <th scope="row">{shard.name}</th>
            <td data-column={opsTexts.state}>{shardState(shard, now)}</td>
            <td data-column={opsTexts.answersIn}>{latency(shard)}</td>
            <td data-column={opsTexts.replica}>{replica(shard)}</td>
            <td data-column={opsTexts.masterSince}>{age(now - shard.masterSince)}</td>
            <td data-column={opsTexts.lastFailover}>{tookOver(shard, now)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function shardState(shard: ShardReport, now: number): string {
  const level = shard.level > 0 ? `${opsTexts.level(shard.level)}, ${LEVEL_WORDS[shard.level].name}: ` : "";
  return `${level}${storeState(shard, now)}`;
}

/** `answers`; `away for 12 s`. */
export function storeState({ breaker, openSince }: StoreReport, now: number): string {
  const words = BREAKER_WORDS[breaker];
  return openSince === null ? words : opsTexts.openSince(words, age(now - openSince));
}

/** The median of the last minute, if it answers at all. */
export function latency({ breaker, latencyP50Ms, latencyMs }: StoreReport): string {
  const ms = breaker === "closed" ? (latencyP50Ms ?? latencyMs) : null;
  return ms === null ? opsTexts.unknown : `${ms} ms`;
}

function replica({ replica: answers }: ShardReport): string {
  return answers === null ? opsTexts.unknown : opsTexts.replicaWords[`${answers}`];
}

function tookOver({ lastFailoverAt }: ShardReport, now: number): string {
  return lastFailoverAt === null ? opsTexts.unknown : opsTexts.ago(age(now - lastFailoverAt));
}
