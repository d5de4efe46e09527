import { expect, test } from "bun:test";
import { Outage } from "../../../server/app/outage.ts";
import { SessionRepairs } from "../../../server/store/tiers/session-repairs.ts";
import { manualTimers } from "../../support/manual-timers.ts";

function begin() {
  const timers = manualTimers();
  const troubles: string[] = [];
  const repairs = new SessionRepairs({
    timers,
    clock: () => timers.now(),
    onTrouble: (doing, trouble) => troubles.push(`${doing}: ${trouble}`),
  });
  let isAway = true;
  const done: string[] = [];
  const keep = (name: string, what = name, endsAt = 1_000_000) =>
    repairs.keep(name, {
      doing: "tell it",
      endsAt,
      work: async () => {
        if (isAway) throw new Outage("it", 100, null);
        done.push(what);
      },
    });
  const comesBack = () => {
    isAway = false;
  };
  return { timers, troubles, repairs, done, keep, comesBack };
}

test("[N40] what could not be told is told when the store is back, once, and of several only the newest", async () => {
  const { timers, repairs, done, keep, comesBack } = begin();
  keep("a");
  keep("b", "old b");
  await timers.pass(60_000);
  keep("b", "new b");
  expect(repairs.count).toBe(2);
  comesBack();
  await timers.pass(1_000);
  expect(done.toSorted()).toEqual(["a", "new b"]);
  expect(repairs.count).toBe(0);
});

test("[N40] what has ended is told no more, and what fails otherwise is said and given up", async () => {
  const { timers, repairs, done, keep, comesBack, troubles } = begin();
  keep("ended", "ended", 10);
  repairs.keep("broken", {
    doing: "tell it",
    endsAt: 1_000_000,
    work: () => Promise.reject(new Error("no such thing")),
  });
  await timers.pass(10_000);
  comesBack();
  await timers.pass(1_000);
  expect([done, repairs.count]).toEqual([[], 0]);
  expect(troubles).toEqual(["tell it: Error: no such thing"]);
});

test("[N40] a node that ends tries once more, and says what is left", async () => {
  const first = begin();
  first.keep("a");
  first.comesBack();
  await first.repairs.close();
  expect(first.done).toEqual(["a"]);
  const second = begin();
  second.keep("a");
  const closed = second.repairs.close();
  for (let tenth = 0; tenth < 30; tenth += 1) await second.timers.pass(100);
  await closed;
  expect(second.troubles).toHaveLength(1);
});
