import { expect, test } from "bun:test";
import { backOff } from "../../../client/back-off.ts";

test("[R1] the ceiling doubles with every failure up to ten seconds", () => {
  const ceilings = [0, 1, 2, 3, 4, 5, 6, 60].map((failures) => backOff(failures, 1));
  expect(ceilings).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
});

test("[R1] the wait is anywhere below the ceiling: full jitter", () => {
  expect([0, 0.25, 0.5].map((random) => backOff(3, random))).toEqual([0, 1_000, 2_000]);
});

test("[R6] who was shut out waits ten seconds more", () => {
  expect(backOff(0, 0, true)).toBe(10_000);
  expect(backOff(9, 1, true)).toBe(20_000);
});
