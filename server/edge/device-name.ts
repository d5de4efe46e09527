import type { Device } from "../../client/views/account-sessions.tsx";

/** Looked for in this order: each of these browsers also says that it is one of those below it. */
const BROWSERS: readonly (readonly [mark: RegExp, name: string])[] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];

const SYSTEMS: readonly (readonly [mark: RegExp, name: string])[] = [
  [/\bAndroid\b/, "Android"],
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "Mac"],
  [/\bCrOS\b/, "Chromebook"],
  [/\bLinux\b/, "Linux"],
];

/**
 * "Firefox on Android": enough to recognise one's own browser in a list. Never the header itself, which anybody may
 * have written and which says more about a person than that.
 */
export function deviceName(userAgent: string | null): string {
  const find = (names: typeof BROWSERS) => names.find(([mark]) => mark.test(userAgent ?? ""))?.[1];
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? (system ? `A browser on ${system}` : "A program");
}

/** What `deviceName` named, for saying it in another language. */
export function readDeviceName(name: string): Device {
  const known = (names: typeof BROWSERS, word: string | undefined) =>
    names.find(([, each]) => each === word)?.[1] ?? null;
  const [browser, system] = name.split(" on ");
  return { browser: known(BROWSERS, browser), system: known(SYSTEMS, system) };
}
