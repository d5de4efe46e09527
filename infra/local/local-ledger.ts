import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-ports.ts";
import { LedgerFront, type LedgerWeather } from "./ledger-front.ts";
import { Part } from "./part.ts";
import { waitUntil } from "./wait-until.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
/** DynamoDB's API with the tables in memory: of the npm package, so that nothing has to be installed for it. */
const SERVER = "node_modules/dynalite/cli.js";
const TABLE = "pollcast";
const REGION = "eu-central-1";

/** The ledger of the local production shape: one process, and one way to it for each node, each with its own weather. */
export class LocalLedger {
  readonly table = TABLE;
  readonly region = REGION;
  readonly #part: Part;
  readonly #port: number;
  readonly #fronts = new Map<string, LedgerFront>();
  #weather: LedgerWeather = { kind: "clear" };

  private constructor(part: Part, port: number) {
    this.#part = part;
    this.#port = port;
  }

  /** Returns when it answers and has the table. */
  static async start(folder: string): Promise<LocalLedger> {
    const port = await freePort();
    const settings = { port, host: "127.0.0.1", createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
    const part = new Part({
      name: "ledger",
      command: [
        process.execPath,
        SERVER,
        ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]),
      ],
      folder: PROJECT,
      logFile: join(folder, "ledger.log"),
    });
    const ledger = new LocalLedger(part, port);
    try {
      await waitUntil("the ledger answers", async () => {
        part.mustRun();
        return (await fetch(ledger.endpoint, { signal: AbortSignal.timeout(1_000) })).status > 0;
      });
      await ledger.#makeTable(folder);
      return ledger;
    } catch (error) {
      await part.kill9();
      throw error;
    }
  }

  get pid(): number {
    return this.#part.pid;
  }

  /** Of the process itself, where the weather is always clear: to look at what the ledger has. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The configuration of whoever looks past the weather. */
  get env(): Readonly<Record<string, string>> {
    return this.#environment(this.endpoint);
  }

  /** The configuration of this node, whose way to the ledger is its own. */
  async envOf(node: string): Promise<Readonly<Record<string, string>>> {
    const front = this.#fronts.get(node) ?? (await LedgerFront.start(this.endpoint));
    if (!this.#fronts.has(node)) await front.set(this.#weather);
    this.#fronts.set(node, front);
    return this.#environment(front.endpoint);
  }

  /** For these nodes, or for all, those that are started later included. */
  async setWeather(weather: LedgerWeather, nodes?: readonly string[]): Promise<void> {
    if (!nodes) this.#weather = weather;
    const concerned = [...this.#fronts].filter(([name]) => nodes?.includes(name) ?? true);
    await Promise.all(concerned.map(([, front]) => front.set(weather)));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#fronts.values()].map((front) => front.stop()));
    await this.#part.kill9();
  }

  #environment(endpoint: string): Readonly<Record<string, string>> {
    return { DYNAMODB_TABLE: TABLE, DYNAMODB_ENDPOINT: endpoint, AWS_REGION: REGION };
  }

  /** As an operator does it. */
  async #makeTable(folder: string): Promise<void> {
    const part = new Part({
      name: "tables",
      command: [process.execPath, "--no-env-file", "server/tables.ts"],
      env: this.env,
      folder: PROJECT,
      logFile: join(folder, "tables.log"),
    });
    await part.finished();
  }
}
