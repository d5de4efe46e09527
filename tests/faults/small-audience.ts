/** A few voters of one poll, the same number on every node, for faults that are about one poll's life. */
import { newVisitor, Phone } from "../support/phone.ts";
import { type MadePoll, viewPoll } from "../support/poll-calls.ts";
import { waitFor } from "../support/wait-for.ts";

const ON_EACH_NODE = 5;

/** Whoever is one of the nodes. */
export interface Place {
  readonly name: string;
  readonly origin: string;
}

export class SmallAudience implements Disposable {
  readonly poll: MadePoll;
  readonly phones: readonly Phone[];

  private constructor(poll: MadePoll, phones: readonly Phone[]) {
    this.poll = poll;
    this.phones = phones;
  }

  /** Returns when all have joined. */
  static async gather(poll: MadePoll, nodes: readonly Place[]): Promise<SmallAudience> {
    const all = nodes.flatMap(({ origin }) => Array.from({ length: ON_EACH_NODE }, () => origin));
    const phones = await Promise.all(
      all.map(async (origin) => {
        const [visitor, view] = await Promise.all([newVisitor(origin), viewPoll(origin, poll.pollId)]);
        return new Phone({ origin, visitor, view });
      }),
    );
    await waitFor("an audience to join", () => phones.every(({ isLive }) => isLive));
    return new SmallAudience(poll, phones);
  }

  /** Everybody casts a ballot for this option; answers what each was told. */
  async voteAll(optionId: string): Promise<string[]> {
    const casts = await Promise.all(this.phones.map((phone) => phone.cast(optionId)));
    return casts.map(({ answer }) => answer?.said ?? "nothing");
  }

  /** Votes of each option, as each browser shows them; `null`: not shown. */
  get seen(): (readonly number[] | null)[] {
    return this.phones.map(({ results }) => results.results?.map(({ votes }) => votes) ?? null);
  }

  /** Waits until every browser shows this and nothing else. */
  async allSee(votes: readonly number[] | null, { final }: { readonly final: boolean }, withinMs?: number) {
    const agreed = () =>
      this.seen.every((seen) => Bun.deepEquals(seen, votes)) &&
      this.phones.every(({ results }) => results.final === final);
    const wanted = `${votes}${final ? ", final" : ""}`;
    await waitFor(`everybody to see ${wanted}`, agreed, withinMs).catch((late: Error) => {
      throw new Error(`${late.message} Seen: ${JSON.stringify(this.phones[0]?.results)}`);
    });
  }

  /** Everybody's page says that the poll is gone; what any node says to a ballot all the same. */
  async allTurnedAway(nodes: readonly Place[], withinMs?: number): Promise<string[]> {
    await waitFor("every page to say so", () => this.phones.every(({ state }) => state.removed), withinMs);
    const [{ visitor }] = this.phones as readonly [Phone]; // there is one on each node
    return Promise.all(nodes.map(({ origin }) => codeOfVote(origin, this.poll.pollId, visitor.cookie)));
  }

  [Symbol.dispose](): void {
    for (const phone of this.phones) phone.close();
  }
}

/** `POLL_NOT_FOUND`, say; empty where the ballot was taken. */
async function codeOfVote(origin: string, pollId: string, cookie: string): Promise<string> {
  const answer = await fetch(`${origin}/api/polls/${pollId}/votes`, {
    method: "POST",
    headers: { cookie, "content-type": "application/json" },
    body: JSON.stringify({ optionId: "opt-2", revision: Date.now() }),
  });
  const { code = "" } = (await answer.json()) as { code?: string };
  return code;
}
