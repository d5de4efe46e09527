/** A browser as a server sees it: keeps cookies, knows its CSRF token, sends JSON and forms. No page runs in it. */

/** Sends a request to a node; `edge.call`, or `fetch` with the node's address before the path. */
type Send = (path: string, init: RequestInit & { headers: Record<string, string> }) => Promise<Response>;

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

const PASSWORD = "correct horse battery staple";

let people = 0;

/** Somebody with an e-mail that nobody else in this process has. */
export function newPerson(): Credentials {
  people += 1;
  return { email: `person-${people}@example.org`, password: PASSWORD };
}

export class CookieBrowser {
  readonly cookies = new Map<string, string>();
  csrfToken: string | null = null;
  readonly #send: Send;
  readonly #origin: string;

  /** `origin`: what its pages have. */
  constructor(send: Send, origin: string) {
    this.#send = send;
    this.#origin = origin;
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** The value of its session cookie; `undefined`: it has none. */
  get session(): string | undefined {
    return this.cookies.get("pollcast_session");
  }

  /** Sends no token of itself. */
  async call(path: string, init: RequestInit = {}, headers: Record<string, string> = {}): Promise<Response> {
    const cookie = this.cookieHeader;
    const answer = await this.#send(path, {
      ...init,
      redirect: "manual",
      headers: { ...(cookie && { cookie }), ...headers },
    });
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    return answer;
  }

  /** JSON with the token, as our scripts send it. */
  json(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.call(
      path,
      { method, body: JSON.stringify(body) },
      {
        "content-type": "application/json",
        origin: this.#origin,
        ...(this.csrfToken !== null && { "x-csrf-token": this.csrfToken }),
        ...headers,
      },
    );
  }

  /** A form with the token of the page, as browsers send it without any script. */
  submit(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const body = new URLSearchParams({ csrf: this.csrfToken ?? "", ...fields }).toString();
    const type = "application/x-www-form-urlencoded";
    return this.call(
      path,
      { method: "POST", body },
      { "content-type": type, origin: this.#origin, ...headers },
    );
  }

  /** Opens a page and takes the token of its forms, if it has one. */
  async open(path: string): Promise<string> {
    const html = await (await this.call(path)).text();
    this.csrfToken = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? this.csrfToken;
    return html;
  }

  /** Gets its voter cookie and its token. */
  async arrive(): Promise<this> {
    const answer = await this.call("/api/session", { method: "POST" });
    this.csrfToken = ((await answer.json()) as { csrfToken: string | null }).csrfToken;
    return this;
  }

  async signUp(person: Credentials = newPerson()): Promise<this> {
    return this.#enter("/api/accounts", person, 201);
  }

  async signIn(person: Credentials): Promise<this> {
    return this.#enter("/api/login", person, 200);
  }

  async #enter(path: string, person: Credentials, status: number): Promise<this> {
    const answer = await this.json("POST", path, person);
    if (answer.status !== status) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    this.csrfToken = ((await answer.json()) as { csrfToken: string }).csrfToken;
    return this;
  }

  #keep(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/;\s*max-age=0/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
