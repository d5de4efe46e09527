/**
 * A DynamoDB for tests: dynalite in this process, or whatever `DYNAMODB_ENDPOINT` names. Each one started has a table of
 * its own.
 */
import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import dynalite from "dynalite";
import type { DynamoSettings } from "../../server/store/dynamo/connect-dynamo.ts";
import { TableAdmin } from "../../server/store/dynamo/table.ts";

export interface TestDynamo extends AsyncDisposable {
  readonly endpoint: string;
  readonly host: string;
  readonly port: number;
  /** A table that is there, and nobody else's. */
  readonly settings: DynamoSettings & { readonly endpoint: string };
  /** Makes another table there. */
  makeTable(): Promise<TestDynamo["settings"]>;
}

export async function startDynamo(): Promise<TestDynamo> {
  const given = process.env.DYNAMODB_ENDPOINT;
  const own = given ? null : await startDynalite();
  const endpoint = given ?? `http://127.0.0.1:${own?.port}`;
  const made: TestDynamo["settings"][] = [];
  const makeTable = async () => {
    const settings = { table: `test-${randomUUID()}`, endpoint, region: null };
    await withAdmin(settings, (admin) => admin.ensure());
    made.push(settings);
    return settings;
  };
  const { hostname, port } = new URL(endpoint);
  return {
    endpoint,
    host: hostname,
    port: Number(port || 80),
    settings: await makeTable(),
    makeTable,
    async [Symbol.asyncDispose]() {
      // What lives in this process goes with it.
      if (own) await own.stop();
      else await Promise.all(made.map((settings) => withAdmin(settings, (admin) => admin.remove())));
    },
  };
}

async function withAdmin<Answer>(settings: DynamoSettings, work: (admin: TableAdmin) => Promise<Answer>) {
  const admin = new TableAdmin(settings);
  try {
    return await work(admin);
  } finally {
    admin.close();
  }
}

/** In memory, on a free port; tables are there at once. */
async function startDynalite() {
  const server: Server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("dynalite has no port");
  const stop = async () => {
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await stopped;
  };
  return { port: address.port, stop };
}
