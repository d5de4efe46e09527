/** What must be there before the first step: npm packages, and programs from the system's packages. */
import { aptCommands, isDebian, isRoot, missingOf, type SystemPackage } from "./system-packages.ts";

/** A download over a bad line ends some time. */
const INSTALL_TIMEOUT_MS = 15 * 60_000;

/** Installs what is missing. `false`: something could not be, and what to do has been printed. */
export async function installPackages(needs: readonly SystemPackage[]): Promise<boolean> {
  if (!succeeds([process.execPath, "install", "--frozen-lockfile", "--no-progress"])) {
    console.error(
      "\nThe npm packages could not be installed. Is the registry reachable? Then run this again.",
    );
    return false;
  }
  const missing = await missingOf(needs);
  if (missing.length === 0) return true;
  console.log(`Missing on this machine: ${missing.map((need) => need.command).join(", ")}`);
  if (!isDebian() || !isRoot()) {
    console.error(`They cannot be installed from here. Run this, then try again:\n\n  ${byHand(missing)}\n`);
    return false;
  }
  const commands = aptCommands(missing);
  if (commands.every((command) => succeeds(["sh", "-c", command]))) return true;
  console.error(`\nThey could not be installed. This was tried:\n\n  ${commands.join(" && ")}\n`);
  return false;
}

/** Runs a command and shows what it printed only if it failed. */
function succeeds(command: string[]): boolean {
  const { success, stdout, stderr } = Bun.spawnSync(command, {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdin: "ignore",
    timeout: INSTALL_TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  if (!success) console.error(`$ ${command.join(" ")}\n${stdout}${stderr}`);
  return success;
}

function byHand(missing: readonly SystemPackage[]): string {
  if (isDebian())
    return aptCommands(missing)
      .map((command) => `sudo ${command}`)
      .join(" && ");
  return missing.map((need) => need.elsewhere).join("\n  ");
}
