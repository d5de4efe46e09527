import { expect, test } from "bun:test";
import { StoreBreakers } from "../../../server/store/tiers/breakers.ts";

const answers = () => Promise.resolve();
const fails = () => Promise.reject(new Error("away"));

/** Breakers with a clock that only moves when told, and what they said. */
function breakersUnderTest() {
  let now = 0;
  const breakers = new StoreBreakers(() => now);
  const told: string[] = [];
  breakers.onOpen((store) => told.push(`${store} opened`));
  breakers.onReset((store) => told.push(`${store} closed`));
  const failApart = (store: string, times: number) => {
    for (let failure = 0; failure < times; failure++) {
      now += 1_000;
      breakers.failed(store);
    }
  };
  const probe = (store: string, ask: () => Promise<void>) =>
    breakers.probe(store, ask).catch(() => undefined);
  return { breakers, told, failApart, probe };
}

test("[K90] a breaker opens at the third failed probe in a row, and one answer closes it", async () => {
  const { breakers, told, probe } = breakersUnderTest();
  await probe("a", fails);
  await probe("a", fails);
  await probe("a", answers);
  await probe("a", fails);
  await probe("a", fails);
  expect([breakers.isOpen("a"), told]).toEqual([false, []]);
  await probe("a", fails);
  expect([breakers.isOpen("a"), breakers.stateOf("a")]).toEqual([true, "open"]);
  await probe("a", fails);
  expect(breakers.isOpen("a")).toBe(true);
  await probe("a", answers);
  expect([breakers.isOpen("a"), breakers.stateOf("a")]).toEqual([false, "closed"]);
  expect(told).toEqual(["a opened", "a closed"]);
});

test("[K90] while one probe tries a store out it stays away for all others", async () => {
  const { breakers, failApart } = breakersUnderTest();
  failApart("a", 3);
  const answered = Promise.withResolvers<void>();
  await Promise.resolve();
  const probe = breakers.probe("a", () => answered.promise);
  expect([breakers.isOpen("a"), breakers.stateOf("a")]).toEqual([true, "half-open"]);
  breakers.failed("a");
  answered.resolve();
  await probe;
  expect(breakers.isOpen("a")).toBe(false);
});

test("[K90] requests without an answer count too, at once and once for what failed together", async () => {
  const { breakers, told, failApart, probe } = breakersUnderTest();
  for (let ballot = 0; ballot < 500; ballot++) breakers.failed("a");
  expect(breakers.isOpen("a")).toBe(false);
  failApart("a", 1);
  await probe("a", answers);
  failApart("a", 2);
  expect(breakers.isOpen("a")).toBe(false);
  failApart("a", 1);
  expect(breakers.isOpen("a")).toBe(true);
  await Promise.resolve();
  failApart("a", 10);
  await probe("a", answers);
  expect([breakers.isOpen("a"), told]).toEqual([false, ["a opened", "a closed"]]);
});

test("[K90] each store has a breaker of its own, and one that was forgotten begins anew and stays silent", async () => {
  const { breakers, told, failApart, probe } = breakersUnderTest();
  failApart("a", 3);
  const late = Promise.withResolvers<void>();
  await Promise.resolve();
  const probing = breakers.probe("a", () => late.promise);
  expect([breakers.isOpen("a"), breakers.isOpen("b")]).toEqual([true, false]);
  breakers.forget("a");
  expect(breakers.isOpen("a")).toBe(false);
  late.resolve();
  await probing;
  await probe("a", fails);
  expect([breakers.isOpen("a"), told]).toEqual([false, ["a opened"]]);
});
