import { expect, test } from "bun:test";
import { Lanes } from "../../../server/store/dynamo/lanes.ts";
import { waitFor } from "../../support/wait-for.ts";

const never = new AbortController().signal;

/** Work that goes on until it is ended. */
function work() {
  const { promise, resolve } = Promise.withResolvers<void>();
  let begun = false;
  const run = () => {
    begun = true;
    return promise;
  };
  return { run, end: resolve, isBegun: () => begun };
}

test("[K67] so many go on at the same time, the others in the order in which they came", async () => {
  const lanes = new Lanes(2);
  const jobs = Array.from({ length: 5 }, work);
  const runs = jobs.map(({ run }) => lanes.run(never, run));
  const begun = () => jobs.map(({ isBegun }) => isBegun());
  await Promise.resolve();
  expect(begun()).toEqual([true, true, false, false, false]);
  jobs[1]?.end();
  await runs[1];
  await waitFor("the third goes on", () => jobs[2]?.isBegun());
  expect(begun()).toEqual([true, true, true, false, false]);
  for (const { end } of jobs) end();
  await Promise.all(runs);
});

test("[K67] who gives up while waiting does nothing, and work that fails gives its lane back", async () => {
  const lanes = new Lanes(1);
  const [first, second] = [work(), work()];
  const running = lanes.run(never, first.run);
  const patience = new AbortController();
  const waiting = lanes.run(patience.signal, second.run).catch((trouble: unknown) => trouble);
  patience.abort("too late");
  expect(await waiting).toBe("too late");
  const failing = lanes.run(never, () => Promise.reject(new Error("broken"))).catch(String);
  first.end();
  await running;
  expect(await failing).toBe("Error: broken");
  expect(await lanes.run(never, async () => "free")).toBe("free");
  expect(second.isBegun()).toBe(false);
  expect(await lanes.run(patience.signal, async () => "sent").catch((trouble: unknown) => trouble)).toBe(
    "too late",
  );
});
