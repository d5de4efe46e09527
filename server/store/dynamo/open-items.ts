/** `OPEN`: polls for which something is left to do, and the marks of who does it. One query finds both. */
import type { PollId } from "../../../shared/ids.ts";
import type { OpenMark, OpenPartition, OpenPoll } from "../tiers/ledger.ts";
import { numberOf } from "./item.ts";
import type { ItemTable } from "./item-table.ts";
import { markKey, openKey, openPartition, readOpenKey } from "./keys.ts";

export class OpenItems {
  readonly #table: ItemTable;

  constructor(table: ItemTable) {
    this.#table = table;
  }

  async partition(index: number): Promise<OpenPartition> {
    const polls: OpenPoll[] = [];
    const marks: OpenMark[] = [];
    for await (const page of this.#table.pages(openPartition(index))) {
      for (const item of page) {
        const { pollId, mark } = readOpenKey(item.sk);
        if (mark !== null) marks.push({ pollId, mark });
        else polls.push({ pollId, closesAt: numberOf(item, "closesAt"), ending: item.ending === true });
      }
    }
    return { polls, marks };
  }

  async put({ pollId, closesAt, ending }: OpenPoll): Promise<void> {
    await this.#table.put({ ...openKey(pollId), closesAt, ending });
  }

  /** Leaves what is there: an id that turns out to be taken may belong to a poll that is open. */
  async begin(pollId: PollId, closesAt: number): Promise<void> {
    const item = { ...openKey(pollId), closesAt, ending: false };
    await this.#table.put(item, { text: "attribute_not_exists(pk)" });
  }

  delete(pollId: PollId): Promise<void> {
    return this.#table.delete(openKey(pollId));
  }

  async putMark({ pollId, mark }: OpenMark): Promise<void> {
    await this.#table.put({ ...markKey(pollId, mark) });
  }

  deleteMark({ pollId, mark }: OpenMark): Promise<void> {
    return this.#table.delete(markKey(pollId, mark));
  }
}
