import { expect, test } from "bun:test";
import { deviceName, readDeviceName } from "../../../server/edge/device-name.ts";

const MOZILLA = "Mozilla/5.0";
const WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)";

test.each([
  [`${MOZILLA} (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0`, "Firefox on Android"],
  [
    `${MOZILLA} (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/139.0 Safari/537.36 Edg/139.0`,
    "Edge on Windows",
  ],
  [`${MOZILLA} (X11; Linux x86_64) ${WEBKIT} HeadlessChrome/139.0 Safari/537.36`, "Chrome on Linux"],
  [
    `${MOZILLA} (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${WEBKIT} Version/18.5 Safari/604.1`,
    "Safari on iPhone",
  ],
  [`${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/18.5 Safari/605.1.15`, "Safari on Mac"],
  [
    `${MOZILLA} (Linux; Android 15) ${WEBKIT} SamsungBrowser/28.0 Chrome/130.0`,
    "Samsung Internet on Android",
  ],
  ["Something (X11; Linux x86_64)", "A browser on Linux"],
  ["curl/8.14.1", "A program"],
  ["<script>alert(1)</script>", "A program"],
  ["", "A program"],
  [null, "A program"],
])(
  "[A47] the list names a browser so that its owner knows it, and nothing that it says itself: %s",
  (header, name) => {
    expect(deviceName(header)).toBe(name);
  },
);

test.each([
  ["Samsung Internet on Android", { browser: "Samsung Internet", system: "Android" }],
  ["A browser on Linux", { browser: null, system: "Linux" }],
  ["Firefox", { browser: "Firefox", system: null }],
  ["A program", { browser: null, system: null }],
  ["<script> on Android", { browser: null, system: "Android" }],
  ["constructor on __proto__", { browser: null, system: null }],
])("[A47] what it named is said again in parts, in any language: %s", (name, parts) => {
  expect(readDeviceName(name)).toEqual(parts);
});
