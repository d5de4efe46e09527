import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Credit, FrameCredit } from "../../../server/edge/frame-credit.ts";

const takes = (credit: FrameCredit, count: number, now: number): Credit[] =>
  Array.from({ length: count }, () => credit.take(now));

test("[L4] a socket may burst to two seconds' worth, and has its rate again as time goes by", () => {
  const credit = new FrameCredit(10, 0);
  expect(takes(credit, 21, 0)).toEqual([...Array<Credit>(20).fill("granted"), "refused"]);
  expect(credit.waitMs).toBe(100);
  expect(credit.take(99)).toBe("refused");
  expect(credit.take(101)).toBe("granted");
  expect(takes(credit, 21, 60_000).filter((answer) => answer === "granted")).toHaveLength(20);
});

test("[L4] 500 refused frames in a row are a flood; a granted one in between begins the count again", () => {
  const credit = new FrameCredit(1, 0);
  expect(takes(credit, 2, 0)).toEqual(["granted", "granted"]);
  expect(takes(credit, 500, 0)).toEqual(Array<Credit>(500).fill("refused"));
  expect(credit.take(1_000)).toBe("granted");
  expect(takes(credit, 501, 1_000)).toEqual([...Array<Credit>(500).fill("refused"), "flood"]);
});

test("[L4] a rate of 0 means no limit", () => {
  const credit = new FrameCredit(0, 0);
  expect(new Set(takes(credit, 10_000, 0))).toEqual(new Set(["granted"]));
});

test("[L4] whatever the times, no more is granted than the burst and the rate allow, and waitMs is enough", () => {
  const steps = fc.array(fc.nat(500), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), steps, (perSecond, gaps) => {
      const credit = new FrameCredit(perSecond, 0);
      let [now, granted] = [0, 0];
      for (const gap of gaps) {
        now += gap;
        if (credit.take(now) === "granted") granted += 1;
        else if (credit.take(now + credit.waitMs) !== "granted") throw new Error("waitMs was too short");
        else {
          now += credit.waitMs;
          granted += 1;
        }
      }
      expect(granted).toBeLessThanOrEqual(2 * perSecond + (now / 1000) * perSecond + 1);
    }),
  );
});
