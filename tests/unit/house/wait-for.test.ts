import { expect, test } from "bun:test";
import { inTime, waitFor } from "../../support/wait-for.ts";

test("[G5] a state that comes is returned as it was seen", async () => {
  let looks = 0;
  expect(await waitFor("the third look", () => (++looks === 3 ? { looks } : null))).toEqual({ looks: 3 });
});

test("[G5] a state that does not come is named, with how long it was waited for", async () => {
  await expect(waitFor("rain", () => false, 20)).rejects.toThrow("Waited 20 ms for rain.");
  await expect(inTime("rain", new Promise(() => undefined), 20)).rejects.toThrow("Waited 20 ms for rain.");
});

test("[G5] what goes wrong while waiting ends the wait with its own error", async () => {
  const fail = () => Promise.reject(new Error("drought"));
  await expect(waitFor("rain", fail)).rejects.toThrow("drought");
  await expect(inTime("rain", fail())).rejects.toThrow("drought");
  expect(await inTime("rain", Promise.resolve("drops"))).toBe("drops");
});
