/**
 * Who takes part in a scenario: a node, a host, five voters and somebody who comes late. Each person has a browser of
 * their own (a context), opened when first asked for and closed by the fixture. At the end nobody's console may have
 * complained of an error or of the content security policy.
 */
import { type BrowserContext, type BrowserContextOptions, test as base, expect } from "@playwright/test";
import { startNode, type TestNode } from "../support/start-node.ts";
import { Host } from "./host.ts";
import { Visitor } from "./visitor.ts";

export type OpenContext = (options?: BrowserContextOptions) => Promise<BrowserContext>;

interface Actors {
  readonly node: TestNode;
  /** Where browsers find the service: the node, or what stands before several. */
  readonly origin: string;
  /** A browser with a voter of its own. Its complaints fail the scenario. */
  readonly openContext: OpenContext;
  readonly host: Host;
  readonly ann: Visitor;
  readonly ben: Visitor;
  readonly cem: Visitor;
  readonly dot: Visitor;
  readonly eve: Visitor;
  /** All five. */
  readonly voters: readonly [Visitor, Visitor, Visitor, Visitor, Visitor];
  readonly lateJoiner: Visitor;
}

/** A lost connection is what some scenarios are about; browsers write it to the console. */
const EXPECTED = /WebSocket connection to|net::ERR_|Failed to load resource/;

function listen(context: BrowserContext, complaints: string[]): void {
  context.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !EXPECTED.test(text)) complaints.push(text);
    else if (/content security policy/i.test(text)) complaints.push(text);
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
}

async function onePhone(
  { openContext }: Pick<Actors, "openContext">,
  use: (visitor: Visitor) => Promise<void>,
): Promise<void> {
  await use(new Visitor(await (await openContext(PHONE)).newPage()));
}

export const test = base.extend<Actors>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  node: async ({}, use) => {
    await using node = await startNode();
    await use(node);
  },

  origin: async ({ node }, use) => use(node.url),

  openContext: async ({ browser, origin }, use) => {
    const contexts: BrowserContext[] = [];
    const complaints: string[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL: origin, ...options });
      listen(context, complaints);
      contexts.push(context);
      return context;
    });
    await Promise.all(contexts.map((context) => context.close()));
    expect(complaints).toEqual([]);
  },

  host: async ({ openContext }, use) => {
    const context = await openContext({ viewport: { width: 1280, height: 800 } });
    await use(new Host(await context.newPage()));
  },

  ann: onePhone,
  ben: onePhone,
  cem: onePhone,
  dot: onePhone,
  eve: onePhone,
  voters: async ({ ann, ben, cem, dot, eve }, use) => use([ann, ben, cem, dot, eve]),
  lateJoiner: onePhone,
});

export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true };

export { expect };
