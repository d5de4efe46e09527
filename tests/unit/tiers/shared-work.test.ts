import { describe, expect, test } from "bun:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { AtMost } from "../../../server/store/tiers/at-most.ts";
import { inParallel } from "../../../server/store/tiers/in-parallel.ts";
import { SharedRounds } from "../../../server/store/tiers/shared-rounds.ts";

/** Work that is finished by hand, in the order in which it was begun. */
function byHand<Answer>() {
  const begun: PromiseWithResolvers<Answer>[] = [];
  const work = () => {
    const piece = Promise.withResolvers<Answer>();
    begun.push(piece);
    return piece.promise;
  };
  const finish = async (index: number, answer: Answer) => {
    begun[index]?.resolve(answer);
    await nextTurn();
  };
  const fail = async (index: number) => {
    begun[index]?.reject(new Error("no answer"));
    await nextTurn();
  };
  return { begun, work, finish, fail };
}

describe("work that many ask for", () => {
  test("[K81] whoever asks while a round runs gets the next one, which all of them share", async () => {
    const { begun, work, finish } = byHand<string>();
    const rounds = new SharedRounds(work);
    const first = rounds.ask();
    const others = [rounds.ask(), rounds.ask(), rounds.ask()];
    expect(begun).toHaveLength(1);
    await finish(0, "before they asked");
    expect(await first).toBe("before they asked");
    expect(begun).toHaveLength(2);
    await finish(1, "after they asked");
    expect(await Promise.all(others)).toEqual(Array(3).fill("after they asked"));
    void rounds.ask();
    expect(begun).toHaveLength(3);
    await finish(2, "");
  });

  test("[K81] a round that fails fails for those who asked for it only", async () => {
    const { begun, work, finish, fail } = byHand<string>();
    const rounds = new SharedRounds(work);
    const first = rounds.ask().catch((trouble: Error) => trouble.message);
    const second = rounds.ask();
    await fail(0);
    expect(await first).toBe("no answer");
    expect(begun).toHaveLength(2);
    await finish(1, "answer");
    expect(await second).toBe("answer");
  });

  test("[K81] no more than so many run at once, and whoever waits has his turn, also after one that failed", async () => {
    const { begun, work, finish, fail } = byHand<number>();
    const turns = new AtMost(2);
    const answers = [1, 2, 3, 4].map(() => turns.run(work).catch(() => -1));
    await nextTurn();
    expect(begun).toHaveLength(2);
    await fail(0);
    expect(begun).toHaveLength(3);
    await finish(1, 1);
    await finish(2, 2);
    await finish(3, 3);
    expect(await Promise.all(answers)).toEqual([-1, 1, 2, 3]);
    const later = [turns.run(work), turns.run(work), turns.run(work)];
    await nextTurn();
    expect(begun).toHaveLength(6);
    for (const index of [4, 5, 6]) await finish(index, index);
    expect(await Promise.all(later)).toEqual([4, 5, 6]);
  });

  test("[K81] parts are done so many at a time; after one that fails none is begun", async () => {
    const done: number[] = [];
    await inParallel(5, 2, async (index) => {
      await nextTurn();
      done.push(index);
    });
    expect(done.toSorted()).toEqual([0, 1, 2, 3, 4]);
    const begun: number[] = [];
    const failing = inParallel(100, 2, async (index) => {
      begun.push(index);
      await nextTurn();
      if (index === 1) throw new Error("no answer");
    });
    await expect(failing).rejects.toThrow("no answer");
    await nextTurn();
    expect(begun.length).toBeLessThan(5);
    await inParallel(0, 4, () => Promise.reject(new Error("nothing to do")));
  });
});
