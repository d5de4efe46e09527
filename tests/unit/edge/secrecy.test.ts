import { expect, test } from "bun:test";
import { buildAssets } from "../../../server/edge/assets.ts";
import { registerPages } from "../../../server/edge/pages.tsx";
import { newPerson } from "../../support/cookie-browser.ts";
import { startEdge } from "../../support/start-edge.ts";

const assets = await buildAssets();

test("[A46] no password, token, session or e-mail is in any log line, metric or page of anybody else", async () => {
  await using edge = await startEdge({
    settings: { opsToken: "let-the-operator-in" },
    pages: (app, ports) => registerPages(app, { ...ports, assets }),
  });
  const person = newPerson();
  const browser = edge.newBrowser();
  await browser.open("/login");
  await browser.submit("/login", { ...person });
  await browser.submit("/login/new", { ...person });
  const first = [browser.session ?? "no session", browser.csrfToken ?? "no token"];
  await browser.open("/account");
  await browser.submit("/account/password", {
    password: person.password,
    newPassword: "another good password",
  });
  await browser.open("/account");
  const secrets = [...first, browser.session ?? "no session", browser.csrfToken ?? "no token"];
  await browser.call(`/account?email=${person.email}&password=${person.password}`);
  await browser.json("PUT", "/api/session/scratch", { data: "kept by ann" });
  const { pollId } = await edge.makePoll();
  await edge.accounts.close();
  await edge.polls.close();
  await browser.call(`/api/polls/${pollId}`);

  const sent = secrets.map((secret) => secret.split(".")[0] ?? secret);
  expect(sent.map((secret) => secret.length >= 43)).toEqual([true, true, true, true]);
  const words = [person.email, person.password, "another good password", "kept by ann", "argon2id", ...sent];
  const operator = { headers: { authorization: "Bearer let-the-operator-in" } };
  const figures = await Promise.all(
    ["/metrics", "/api/ops"].map(async (path) => (await edge.call(path, operator)).text()),
  );
  const login = await (await edge.call("/login")).text();
  expect(edge.logged.length).toBeGreaterThan(8);
  for (const word of words) {
    for (const text of [edge.logged.join(""), ...figures, login]) expect(text).not.toContain(word);
  }
});

test("[A46] a session that is ended by its id is not named in the log", async () => {
  await using edge = await startEdge();
  const browser = await (await edge.newBrowser().arrive()).signUp();
  const sessionId = "5e55".repeat(16);
  await browser.json("DELETE", `/api/sessions/${sessionId}`, undefined);
  const lines = edge.logged.join("");
  expect(lines).toContain("/api/sessions/:sessionId");
  expect(lines).not.toContain(sessionId);
});
