import { expect, test } from "bun:test";
import { Outage } from "../../../server/app/outage.ts";
import { ArgonPasswords } from "../../../server/app/passwords.ts";

test("[A9] a password is kept as argon2id with its cost and a salt of its own, and is in no hash", async () => {
  const passwords = new ArgonPasswords();
  const [one, two] = await Promise.all([
    passwords.hash("a long password"),
    passwords.hash("a long password"),
  ]);
  expect(one).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
  expect(one).not.toBe(two);
  expect(one).not.toContain("password");
  expect(await passwords.verify("a long password", two)).toBe(true);
  expect(await passwords.verify("a long passwore", two)).toBe(false);
});

test("[A28] more than the node can check at once are sent away, and those who wait have their turn", async () => {
  const passwords = new ArgonPasswords({ atOnce: 1, mostWaiting: 2 });
  const asked = Array.from({ length: 5 }, () => passwords.hash("a long password"));
  const settled = await Promise.allSettled(asked);
  expect(settled.map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "rejected",
    "rejected",
  ]);
  const refused = settled.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  for (const reason of refused) expect(reason).toBeInstanceOf(Outage);
  expect(await passwords.hash("a long password")).toStartWith("$argon2id$");
});
