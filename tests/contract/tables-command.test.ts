/** `bun run tables`, as an operator starts it. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { TableAdmin } from "../../server/store/dynamo/table.ts";
import { startDynamo, type TestDynamo } from "../support/dynalite.ts";
import { ScriptedDynamo } from "../support/scripted-dynamo.ts";

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo[Symbol.asyncDispose]());

const textOf = (stream: ReadableStream) => new Response(stream).text();

/** Only with these variables: those of whoever runs the tests are not taken over. */
async function tables(args: readonly string[], env: Record<string, string>) {
  const { PATH = "", HOME = "" } = process.env;
  const run = Bun.spawn([process.execPath, "run", "--silent", "tables", ...args], {
    cwd: new URL("../..", import.meta.url).pathname,
    env: { PATH, HOME, AWS_EC2_METADATA_DISABLED: "true", ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, error, code] = await Promise.all([textOf(run.stdout), textOf(run.stderr), run.exited]);
  return { out, error, code };
}

test("[S21] the table is made once, described, and removed", async () => {
  const env = { DYNAMODB_TABLE: `test-${randomUUID()}`, DYNAMODB_ENDPOINT: dynamo.endpoint };
  const named = `Table ${env.DYNAMODB_TABLE} (${env.DYNAMODB_ENDPOINT})`;
  const missing = await tables(["--describe"], env);
  expect(missing).toMatchObject({ code: 1, out: "" });
  expect(missing.error).toStartWith(`${named} is not there. To make it:`);
  const made = await tables([], env);
  expect(made).toMatchObject({ code: 0, error: "" });
  expect(made.out.split("\n").slice(0, 4)).toEqual([
    `${named} was made.`,
    "  status   ACTIVE",
    "  items    0",
    "  billing  per request",
  ]);
  expect((await tables([], env)).out).toStartWith(`${named} is there already.`);
  expect((await tables(["--describe"], env)).out).toStartWith(`${named} is there.`);
  expect((await tables(["--delete"], env)).out).toBe(`${named} was removed with all that was in it.\n`);
  expect((await tables(["--delete"], env)).out).toBe(`${named} is not there.\n`);
});

test("[S21] what is missing, unknown or away is one line", async () => {
  const DYNAMODB_ENDPOINT = "http://127.0.0.1:1";
  const troubles = [
    [[], {}, "DYNAMODB_TABLE is required to name the table."],
    [[], { DYNAMODB_TABLE: "polls" }, "AWS_REGION is required with DYNAMODB_TABLE, unless DYNAMODB_ENDPOINT"],
    [[], { DYNAMODB_TABLE: "x y", DYNAMODB_ENDPOINT }, "DYNAMODB_TABLE must be 3 to 255 letters"],
    [["--drop"], { DYNAMODB_TABLE: "polls", DYNAMODB_ENDPOINT }, "Usage: bun run tables"],
    [
      [],
      { DYNAMODB_TABLE: "polls", DYNAMODB_ENDPOINT },
      `Table polls (${DYNAMODB_ENDPOINT}): nobody answers there`,
    ],
    [
      ["--delete"],
      { DYNAMODB_TABLE: "polls", DYNAMODB_ENDPOINT },
      `Table polls (${DYNAMODB_ENDPOINT}): nobody`,
    ],
  ] as const;
  for (const [args, env, line] of troubles) {
    const { out, error, code } = await tables(args, env);
    expect([code, out]).toEqual([1, ""]);
    expect(error).toStartWith(line);
    expect(error.trim()).not.toContain("\n");
  }
});

test("[S22] nodes that start at the same time make one table, and have expired items deleted where that exists", async () => {
  await using way = await ScriptedDynamo.start(dynamo.endpoint);
  let status = "DISABLED";
  way.fate = ({ operation }) => {
    if (operation === "DescribeTimeToLive") {
      return { status: 200, body: { TimeToLiveDescription: { TimeToLiveStatus: status } } };
    }
    if (operation !== "UpdateTimeToLive") return "pass";
    status = "ENABLING";
    return { status: 200, body: {} };
  };
  const settings = { table: `test-${randomUUID()}`, endpoint: way.endpoint, region: null };
  const admins = Array.from({ length: 4 }, () => new TableAdmin(settings));
  const [first] = admins;
  const made = await Promise.all(admins.map((admin) => admin.ensure()));
  expect(made.toSorted()).toEqual(["created", "present", "present", "present"]);
  expect(way.requests.find(({ operation }) => operation === "UpdateTimeToLive")?.body).toMatchObject({
    TimeToLiveSpecification: { Enabled: true, AttributeName: "expiresAt" },
  });
  const updates = way.countOf("UpdateTimeToLive");
  expect(await first?.ensure()).toBe("present");
  expect(way.countOf("UpdateTimeToLive")).toBe(updates);
  expect(await first?.report()).toMatchObject({
    status: "ACTIVE",
    billing: "PAY_PER_REQUEST",
    deletesExpired: true,
  });
  expect(await first?.remove()).toBe("removed");
  expect(await first?.report()).toBeNull();
  for (const admin of admins) admin.close();
});
