import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Paths of PEM files. */
export interface Certificates {
  /** Of the CA that signed the other one. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** One of the host names it is for; `null`: it is for addresses. */
  readonly hostName: string | null;
}

/** Names as openssl takes them. */
const ON_THIS_MACHINE = ["IP:127.0.0.1", "DNS:localhost"];
const GOOD_FOR_A_DAY = ["-days", "1"];
const MAY_SIGN = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"];
const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/**
 * A CA and a server's certificate in this folder, which must be there: for local tests, good for a day. `names`: whose
 * certificate it is, `IP:…` and `DNS:…`; this machine's unless said.
 */
export async function makeCertificates(
  folder: string,
  names: readonly string[] = ON_THIS_MACHINE,
): Promise<Certificates> {
  const hostName = names.find((name) => name.startsWith("DNS:"))?.slice("DNS:".length) ?? null;
  const at = (file: string) => join(folder, file);
  await writeFile(at("server.ext"), `subjectAltName=${names.join()}\n`);
  const ca = ["-subj", "/CN=Pollcast local CA", "-keyout", at("ca.key"), "-out", at("ca.pem")];
  const server = ["-subj", "/CN=redis", "-keyout", at("server.key"), "-out", at("server.csr")];
  const signed = ["-in", at("server.csr"), "-extfile", at("server.ext"), "-out", at("server.pem")];
  const signer = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial"];
  await openssl("req", "-x509", ...GOOD_FOR_A_DAY, ...KEY, ...MAY_SIGN, ...ca);
  await openssl("req", ...KEY, ...server);
  await openssl("x509", "-req", ...GOOD_FOR_A_DAY, ...signer, ...signed);
  return { ca: at("ca.pem"), certificate: at("server.pem"), key: at("server.key"), hostName };
}

async function openssl(...args: readonly string[]): Promise<void> {
  const run = Bun.spawn(["openssl", ...args], { stdout: "ignore", stderr: "pipe" });
  const said = await new Response(run.stderr).text();
  if ((await run.exited) !== 0) throw new Error(`openssl failed: ${said.trim()}`);
}
