/** `META`: what the host and the clock made of a poll. Each change is one conditional write of one item. */
import { randomUUID } from "node:crypto";
import type { PollId } from "../../../shared/ids.ts";
import type { PollControl, PollDefinition } from "../../app/poll.ts";
import type { AuditEntry } from "../../app/ports.ts";
import type { LedgerStep, Meta, MetaRead } from "../tiers/ledger.ts";
import { type AuditLine, auditLine, hasStep, readAuditLine } from "./audit-line.ts";
import { type Item, numberOf, textOf, textsOf, type Value } from "./item.ts";
import type { ItemTable } from "./item-table.ts";
import { ballotsExpireAt, metaKey } from "./keys.ts";

export interface PollMetasOptions {
  readonly retentionDays: number;
  /** Partitions over which the ballots of a new poll are spread. */
  readonly shards: number;
  /** How much of a poll's history is kept: the newest. */
  readonly auditLength: number;
}

const FIRST_EPOCH = 1;
const NOT_IN_TOMBSTONE = ["definitionJson", "controlJson", "seq", "epoch", "inRedis", "ballotsExpireAt"];

export class PollMetas {
  readonly #table: ItemTable;
  readonly #options: PollMetasOptions;

  constructor(table: ItemTable, options: PollMetasOptions) {
    this.#table = table;
    this.#options = options;
  }

  async read(pollId: PollId): Promise<MetaRead> {
    return readMeta(await this.#table.get(metaKey(pollId)));
  }

  /** When the ballots of a poll expire (epoch s); `null` for one that is not there. */
  async ballotsExpireAt(pollId: PollId): Promise<number | null> {
    const item = await this.#table.get(metaKey(pollId));
    return item && !item.removed ? numberOf(item, "ballotsExpireAt") : null;
  }

  /** Over how many partitions the ballots of a poll are spread that was removed; `null` if no poll ever had this id. */
  async shardsOfRemoved(pollId: PollId): Promise<number | null> {
    const item = await this.#table.get(metaKey(pollId));
    if (item && !item.removed) throw new Error("this poll was not removed");
    return item && numberOf(item, "shards");
  }

  async create(
    { definition, control, inRedis }: Pick<Meta, "definition" | "control" | "inRedis">,
    audit: AuditEntry,
  ): Promise<"created" | "taken"> {
    const key = metaKey(definition.pollId);
    const token = randomUUID();
    const item = {
      ...key,
      ...this.#written(control, definition),
      ballotsExpireAt: this.#expiry(control, definition),
      epoch: FIRST_EPOCH,
      shards: this.#options.shards,
      inRedis,
      audit: [auditLine(audit, token)],
    };
    if (await this.#table.put(item, { text: "attribute_not_exists(pk)" })) return "created";
    // The first attempt may have come through with its answer lost: then what stands is ours.
    const standing = await this.#table.get(key);
    return standing && hasStep(standing, token) ? "created" : "taken";
  }

  async steer(step: LedgerStep): Promise<"done" | "conflict" | "absent"> {
    const taken = step.control === "removed" ? await this.#remove(step) : await this.#append(step);
    if (taken) return "done";
    const standing = await this.#table.get(metaKey(step.pollId));
    if (!standing) return "absent";
    // Ours, where an attempt came through with its answer lost; also if others have gone on from there.
    if (hasStep(standing, step.id)) return "done";
    if (standing.removed) return "absent";
    if (numberOf(standing, "seq") !== step.expectedSeq || step.control === "removed") return "conflict";
    return this.#appendToFull(step, textsOf(standing, "audit"));
  }

  /** Takes the next epoch; 0, which is newer than nothing, where the poll is not there any more. */
  async claimEpoch(pollId: PollId): Promise<number> {
    const change = { text: "ADD epoch :one", values: { ":one": 1 } };
    const item = await this.#table.update(metaKey(pollId), change, "attribute_exists(epoch)");
    return item ? numberOf(item, "epoch") : 0;
  }

  async noteInRedis(pollId: PollId): Promise<void> {
    const change = { text: "SET inRedis = :yes", values: { ":yes": true } };
    await this.#table.update(metaKey(pollId), change, "attribute_exists(epoch)");
  }

  /** The tombstone: nothing of the poll but that its id is used up, and where `erase` finds its ballots. */
  async #remove({ id, pollId, expectedSeq, audit }: LedgerStep): Promise<boolean> {
    const change = {
      text: `SET removed = :yes, audit = :audit REMOVE ${NOT_IN_TOMBSTONE.join(", ")}`,
      values: { ":yes": true, ":audit": [auditLine(audit, id)], ":expected": expectedSeq },
    };
    return (await this.#table.update(metaKey(pollId), change, "seq = :expected")) !== null;
  }

  /** The usual way: one write, nothing read. */
  #append(step: LedgerStep): Promise<boolean> {
    return this.#set(step, {
      audit: "list_append(audit, :audit)",
      values: { ":audit": [auditLine(step.audit, step.id)], ":full": this.#options.auditLength },
      condition: "seq = :expected AND size(audit) < :full",
    });
  }

  /** A list cannot be shortened and added to in one write, so it is written anew. */
  async #appendToFull(step: LedgerStep, standing: readonly AuditLine[]): Promise<"done" | "conflict"> {
    const { auditLength } = this.#options;
    const audit = [...standing, auditLine(step.audit, step.id)].slice(-auditLength);
    const parts = { audit: ":audit", values: { ":audit": audit }, condition: "seq = :expected" };
    if (await this.#set(step, parts)) return "done";
    const item = await this.#table.get(metaKey(step.pollId));
    return item && hasStep(item, step.id) ? "done" : "conflict";
  }

  async #set(
    { pollId, control, definition, expectedSeq }: LedgerStep,
    parts: { audit: string; values: Readonly<Record<string, Value>>; condition: string },
  ): Promise<boolean> {
    if (control === "removed") throw new Error("a removal leaves nothing to be set");
    const { openedAt } = control;
    const set: Record<string, Value> = this.#written(control, definition);
    if (openedAt !== null) set.ballotsExpireAt = this.#expiry({ openedAt }, { createdAt: openedAt });
    const names = Object.keys(set);
    const change = {
      text: `SET ${names.map((name) => `${name} = :${name}`).join(", ")}, audit = ${parts.audit}`,
      values: {
        ...Object.fromEntries(names.map((name) => [`:${name}`, set[name] ?? ""])),
        ...parts.values,
        ":expected": expectedSeq,
      },
    };
    return (await this.#table.update(metaKey(pollId), change, parts.condition)) !== null;
  }

  /** `seq` beside the control: conditions cannot look into text. */
  #written(control: PollControl, definition?: PollDefinition) {
    return {
      controlJson: JSON.stringify(control),
      seq: control.seq,
      ...(definition && { definitionJson: JSON.stringify(definition) }),
    };
  }

  #expiry({ openedAt }: Pick<PollControl, "openedAt">, { createdAt }: Pick<PollDefinition, "createdAt">) {
    return ballotsExpireAt({ openedAt, createdAt }, this.#options.retentionDays);
  }
}

/** What a META item says; `null`: no item. */
export function readMeta(item: Item | null): MetaRead {
  if (!item) return null;
  if (item.removed) return "removed";
  return {
    definition: JSON.parse(textOf(item, "definitionJson")),
    control: JSON.parse(textOf(item, "controlJson")),
    epoch: numberOf(item, "epoch"),
    shards: numberOf(item, "shards"),
    inRedis: item.inRedis === true,
    audit: textsOf(item, "audit").map(readAuditLine),
  };
}
