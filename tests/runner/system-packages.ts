/** Programs that npm does not bring. Adding one is a constant here and a word in a step's `needs`. */
import { existsSync, readFileSync } from "node:fs";

export interface SystemPackage {
  /** What must be found on the PATH. */
  readonly command: string;
  readonly debianPackage: string;
  /** Another way to have it, asked after the npm packages are installed. */
  readonly otherwise?: () => Promise<boolean>;
  /** What to run where there is no apt. */
  readonly elsewhere: string;
}

export const CHROMIUM: SystemPackage = {
  command: "chromium-headless-shell",
  debianPackage: "chromium-headless-shell",
  otherwise: async () => {
    if (Bun.which("chromium") !== null) return true;
    const { chromium } = await import("@playwright/test");
    return existsSync(chromium.executablePath());
  },
  elsewhere: "npx playwright install chromium",
};

/** Those that are on this machine in no form. */
export async function missingOf(needs: readonly SystemPackage[]): Promise<readonly SystemPackage[]> {
  const there = await Promise.all(
    needs.map(async (need) => Bun.which(need.command) !== null || ((await need.otherwise?.()) ?? false)),
  );
  return needs.filter((_, index) => !there[index]);
}

/** Whether `apt-get` is this system's own way to install; Ubuntu's chromium package is not a browser but a snap. */
export function isDebian(): boolean {
  try {
    return /^ID="?debian"?$/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Shell lines that install `packages` on Debian. */
export function aptCommands(packages: readonly SystemPackage[]): readonly string[] {
  const names = packages.map((need) => need.debianPackage).join(" ");
  return ["apt-get update", `apt-get install -y --no-install-recommends ${names}`];
}
