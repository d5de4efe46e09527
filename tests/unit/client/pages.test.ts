import { describe, expect, test } from "bun:test";
import { everyPage, home, voter as texts } from "../../../client/texts/spoken.ts";
import { buildAssets } from "../../../server/edge/assets.ts";
import { registerPages } from "../../../server/edge/pages.tsx";
import { formatJoinCode } from "../../../shared/ids.ts";
import { type Edge, startEdge } from "../../support/start-edge.ts";

const assets = await buildAssets();

/** The HTTP edge with the pages on it. */
function startPages(): Promise<Edge> {
  return startEdge({ pages: (app, ports) => registerPages(app, { ...ports, assets }) });
}

async function htmlOf(edge: Edge, path: string, headers: Record<string, string> = {}): Promise<string> {
  return (await edge.call(path, { headers })).text();
}

/** What the script is given to begin with. */
function dataIn(html: string) {
  const json = /<script type="application\/json" id="data">(.*?)<\/script>/.exec(html)?.[1];
  return JSON.parse(json ?? "null");
}

describe("a poll's page", () => {
  test("[U1] the first answer has the question, the options and the results", async () => {
    await using edge = await startPages();
    const { pollId, path } = await edge.makePoll();
    await edge.send("POST", `${path}/votes`, { optionId: "opt-2" }, await edge.newVoter());
    const answer = await edge.call(`/${pollId}`);
    expect(answer.status).toBe(200);
    const html = await answer.text();
    for (const part of ["Tea or coffee?", "Coffee", 'width="100%"', "1 voted", formatJoinCode(pollId)]) {
      expect(html).toContain(part);
    }
    expect(dataIn(html).view.results.totalVotes).toBe(1);
  });

  test("[U1] it shows the visitor's own vote, and nobody else's", async () => {
    await using edge = await startPages();
    const { pollId, path } = await edge.makePoll();
    const voter = await edge.newVoter();
    await edge.send("POST", `${path}/votes`, { optionId: "opt-2" }, voter);
    const own = await htmlOf(edge, `/${pollId}`, voter);
    expect(own).toContain(texts.counted);
    expect(dataIn(own).view.poll.yourVote).toEqual(["opt-2"]);
    const foreign = await htmlOf(edge, `/${pollId}`, await edge.newVoter());
    expect(foreign).not.toContain(texts.counted);
    expect(dataIn(foreign).view.poll.yourVote).toBeNull();
  });

  test("[U2] hidden results are in no page, neither drawn nor embedded", async () => {
    await using edge = await startPages();
    const settings = { resultsVisibility: "afterVote" };
    const { pollId, path, host } = await edge.makePoll({ settings });
    const voter = await edge.newVoter();
    for (const each of [voter, await edge.newVoter(), await edge.newVoter()]) {
      await edge.send("POST", `${path}/votes`, { optionId: "opt-2" }, each);
    }
    const before = await htmlOf(edge, `/${pollId}`);
    expect(before).toContain(everyPage.hiddenBecause.afterVote);
    expect(before).not.toContain('class="fill"');
    expect(dataIn(before).view.results).toMatchObject({ results: null, totalVotes: null });
    expect(await htmlOf(edge, `/${pollId}`, voter)).toContain('class="fill" width="100%"');
    // The host key is for the API and the socket: with it the page still is a voter's.
    expect(dataIn(await htmlOf(edge, `/${pollId}`, host)).view.results.results).toBeNull();
  });

  test("[U3] text that would end the script stays JSON, text that would be HTML stays text", async () => {
    await using edge = await startPages();
    const question = `</script><script>alert(1)</script><!-- <i>italic</i>`;
    const { pollId } = await edge.makePoll({ question });
    const html = await htmlOf(edge, `/${pollId}`);
    expect(html).not.toContain("<script>alert");
    expect(html).not.toContain("<i>");
    expect(dataIn(html).view.poll.question).toBe(question);
    expect([...html.matchAll(/<script/g)].length).toBe(2);
  });

  test("[U4] every spelling of a code leads to the one address", async () => {
    await using edge = await startPages();
    const { pollId } = await edge.makePoll();
    for (const spelling of [
      pollId.toLowerCase(),
      formatJoinCode(pollId),
      `${pollId.slice(0, 4)}%20${pollId.slice(4)}`,
    ]) {
      const answer = await edge.call(`/${spelling}`);
      // A random code may have no letter to write small.
      if (spelling === pollId) continue;
      expect([answer.status, answer.headers.get("location")]).toEqual([301, `/${pollId}`]);
    }
  });

  test.each(["/ABCD1234", "/hello", "/%3Cscript%3E", "/%E0%A4%A", `/${"x".repeat(2_000)}`])(
    "[U4] where there is no poll the page says so and lets one join: %s",
    async (path) => {
      await using edge = await startPages();
      const answer = await edge.call(path);
      expect(answer.status).toBe(404);
      const html = await answer.text();
      expect(html).toContain(home.notFoundTitle);
      expect(html).toContain('name="code"');
      expect(html).not.toContain("<script");
    },
  );

  test("[U1] no cache keeps a page, for it is one visitor's at one moment", async () => {
    await using edge = await startPages();
    const { pollId } = await edge.makePoll();
    for (const path of ["/", `/${pollId}`, "/NOPE"]) {
      const answer = await edge.call(path);
      expect(answer.headers.get("cache-control")).toBe("private, no-store");
    }
  });

  test("[U17] a browser without a voter gets one with any page, a known one keeps its own", async () => {
    await using edge = await startPages();
    const { pollId } = await edge.makePoll();
    for (const path of ["/", `/${pollId}`]) {
      expect((await edge.call(path)).headers.get("set-cookie")).toStartWith("pollcast_voter=");
      const known = await edge.call(path, { headers: await edge.newVoter() });
      expect(known.headers.get("set-cookie")).toBeNull();
    }
  });
});

describe("home", () => {
  test("[U4] joining needs no script: the form's code leads to the poll", async () => {
    await using edge = await startPages();
    const answer = await edge.call("/?code=ab-cd+ef-gh");
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/ABCDEFGH"]);
  });

  test("[U4] what is no code comes back with what is wrong", async () => {
    await using edge = await startPages();
    const answer = await edge.call("/?code=hello");
    expect(answer.status).toBe(422);
    const html = await answer.text();
    expect(html).toContain(home.notACode);
    expect(html).toContain('value="hello"');
  });
});

describe("what comes with a page", () => {
  test("[U5] the policy lets nothing run or load but what this node serves", async () => {
    await using edge = await startPages();
    const policy = (await edge.call("/")).headers.get("content-security-policy");
    expect(policy?.split("; ")).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self' ws://pollcast.test wss://pollcast.test",
      "img-src 'self' data:",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test("[U5] a host that is none is not repeated in the policy", async () => {
    await using edge = await startPages();
    const answer = await edge.call("/", { headers: { host: "x; script-src *" } });
    expect(answer.headers.get("content-security-policy")).toContain("connect-src 'self';");
  });

  test("[U60] a host that is too long for an address is none, also for the QR code", async () => {
    await using edge = await startPages();
    const { pollId } = await edge.makePoll();
    for (const page of ["host", "present"]) {
      const answer = await edge.call(`/${pollId}/${page}`, {
        headers: { host: `${"a".repeat(4_000)}.test` },
      });
      expect([answer.status, (await answer.text()).includes("aaaa")]).toEqual([200, false]);
    }
  });

  test("[U16] script and style may be kept for ever, compressed where the browser can", async () => {
    await using edge = await startPages();
    for (const path of [
      ...Object.values(assets.scripts).flatMap(Object.values),
      ...Object.values(assets.styles),
    ]) {
      const plain = await edge.call(path);
      expect(plain.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(plain.headers.get("vary")).toContain("Accept-Encoding");
      const packed = await edge.call(path, { headers: { "accept-encoding": "br, gzip" } });
      expect(packed.headers.get("content-encoding")).toBe("gzip");
      const etag = plain.headers.get("etag") ?? "";
      expect((await edge.call(path, { headers: { "if-none-match": etag } })).status).toBe(304);
    }
    expect((await edge.call("/assets/voter-en-0.js")).status).toBe(404);
  });

  test("[U6] a page asks for its own script and no other", async () => {
    await using edge = await startPages();
    const { pollId } = await edge.makePoll();
    const scriptsOf = (html: string) => [...html.matchAll(/src="([^"]+)"/g)].map(([, address]) => address);
    expect(scriptsOf(await htmlOf(edge, "/"))).toEqual([assets.scripts.home.en]);
    expect(scriptsOf(await htmlOf(edge, `/${pollId}`))).toEqual([assets.scripts.voter.en]);
  });

  test("[U16] the icon and robots.txt are served", async () => {
    await using edge = await startPages();
    expect((await edge.call("/favicon.ico")).headers.get("content-type")).toBe("image/svg+xml");
    expect(await htmlOf(edge, "/robots.txt")).toContain("User-agent: *");
  });
});
