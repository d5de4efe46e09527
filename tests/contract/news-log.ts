import type { PollNews, PollNewsListener } from "../../server/app/ports.ts";
import type { PollId } from "../../shared/ids.ts";

type Snapshot = Extract<PollNews, { kind: "snapshot" }>;

/** All the news a store told, in order; waits for news that an adapter tells later. */
export class NewsLog {
  readonly #all: PollNews[] = [];
  readonly #watchers = new Set<() => void>();

  readonly tell: PollNewsListener = (news) => {
    this.#all.push(news);
    for (const watch of this.#watchers) watch();
  };

  of(pollId: PollId): PollNews[] {
    return this.#all.filter((news) => news.pollId === pollId);
  }

  snapshotsOf(pollId: PollId): Snapshot[] {
    return this.of(pollId).filter((news) => news.kind === "snapshot");
  }

  /** Resolves once the newest snapshot of a poll is as wanted. What never comes ends with the test's time. */
  snapshot(pollId: PollId, wanted: (news: Snapshot) => boolean): Promise<Snapshot> {
    return this.#until(() => {
      const newest = this.snapshotsOf(pollId).at(-1);
      return newest && wanted(newest) ? newest : undefined;
    });
  }

  /** Resolves once an event of a poll has been told. */
  async event(pollId: PollId, event: string): Promise<void> {
    await this.#until(() => this.of(pollId).find((news) => news.kind === "event" && news.event === event));
  }

  #until<Found>(find: () => Found | undefined): Promise<Found> {
    return new Promise((resolve) => {
      const watch = () => {
        const found = find();
        if (found === undefined) return;
        this.#watchers.delete(watch);
        resolve(found);
      };
      this.#watchers.add(watch);
      watch();
    });
  }
}
