import { expect, test } from "bun:test";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataFolderError } from "../../server/store/embedded/data-folder-error.ts";
import { loadOrMakeSecret } from "../../server/store/embedded/session-secret.ts";

async function emptyFolder() {
  const directory = await mkdtemp(join(tmpdir(), "pollcast-secret-"));
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
}

test("[S4] the secret is made once, for its owner's eyes, and kept", async () => {
  await using folder = await emptyFolder();
  const dataDir = join(folder.directory, "data");
  const secret = loadOrMakeSecret(dataDir);
  expect(secret).toMatch(/^[\w-]{43}$/);
  expect(loadOrMakeSecret(dataDir)).toBe(secret);
  expect(await readdir(dataDir)).toEqual(["session-secret"]);
  expect((await stat(join(dataDir, "session-secret"))).mode & 0o777).toBe(0o600);
});

test("[S4] two folders have two secrets", async () => {
  await using one = await emptyFolder();
  await using other = await emptyFolder();
  expect(loadOrMakeSecret(one.directory)).not.toBe(loadOrMakeSecret(other.directory));
});

test("[S4] a file that is no secret stops the start instead of forgetting who has voted", async () => {
  await using folder = await emptyFolder();
  await writeFile(join(folder.directory, "session-secret"), "\n");
  expect(() => loadOrMakeSecret(folder.directory)).toThrow(DataFolderError);
});

test("[S4] a folder that cannot be used says so in one line", async () => {
  await using folder = await emptyFolder();
  const file = join(folder.directory, "file");
  await writeFile(file, "");
  expect(() => loadOrMakeSecret(file)).toThrow(/cannot be used: /);
});
