/** Values that have broken other programs, and shapes that nobody expects. */
import type { Random } from "./random.ts";

const INHERITED = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "__defineGetter__",
  "then",
  "length",
];

/** Text that something might run: a browser, a spreadsheet, a database, a shell, a file system. */
const RUNNABLE = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "</script><script>alert(1)</script>",
  "<!--<script>",
  "&lt;b&gt; & <b>",
  "javascript:alert(1)",
  '=HYPERLINK("http://elsewhere.example","click")',
  "=1+1",
  "+1+1",
  "-2+3",
  "@SUM(A1:A9)",
  '"=1"',
  "' OR 1=1 --",
  "'; DROP TABLE ballots; --",
  `\${7*7} {{7*7}} <%= 7*7 %>`,
  "$(reboot) `reboot`",
  "../../../../etc/passwd",
  "%2e%2e%2f%00",
];

/** Characters that are not what they seem. */
const STRANGE = [
  "",
  " ",
  "\u0000",
  "\t=1",
  "\r\nSet-Cookie: a=b",
  "\ud800",
  "\udc00 alone",
  "half a \ud83d",
  "\u202eright to left",
  "\ufeffmark",
  "\u2028\u2029",
  "😀👩‍👩‍👧‍👦",
  "ＡＢＣＤ１２３４",
  "İıſK",
  "e\u0301".repeat(50),
];

const NUMBERS = [
  "-1",
  "0",
  "-0",
  "1",
  "0.1",
  "1e308",
  "-1e308",
  "1e999",
  "9007199254740991",
  "9007199254740993",
];

/** Objects that cannot be compared, waited for or written; as JSON. */
const UNUSABLE = [
  '{"toString":1,"valueOf":1}',
  '{"length":{"toString":1,"valueOf":1}}',
  '{"length":-1}',
  '{"length":4294967296,"0":"opt-1"}',
  '{"then":{"then":1}}',
  '{"toJSON":1}',
  '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}',
];

export function hostileText(random: Random): string {
  switch (random.below(5)) {
    case 0:
      return random.pick(INHERITED);
    case 1:
    case 2:
      return random.pick(RUNNABLE);
    case 3:
      return random.pick(STRANGE);
    default:
      return random.pick(["x", "=", "<", "選", "\u0007"]).repeat(1 + random.below(400));
  }
}

/** JSON text of anything; with numbers that no `JSON.stringify` writes, and keys that objects inherit. */
export function hostileJson(random: Random, depth = 3): string {
  switch (random.below(depth > 0 ? 9 : 6)) {
    case 0:
      return random.pick(NUMBERS);
    case 1:
      return random.pick(["null", "true", "false"]);
    case 2:
      return random.pick(["NaN", "Infinity", "undefined", "'x'", "01", "{,}", "[1,]"]);
    case 3:
    case 4:
    case 5:
      return JSON.stringify(hostileText(random));
    case 6:
      return random.onceIn(2) ? nested(random) : random.pick(UNUSABLE);
    case 7:
      return `[${several(random, () => hostileJson(random, depth - 1)).join()}]`;
    default: {
      const field = () => `${JSON.stringify(hostileText(random))}:${hostileJson(random, depth - 1)}`;
      return `{${several(random, field).join()}}`;
    }
  }
}

/** Deep, up to what fits into a frame: a recursive reader runs out of stack. */
function nested(random: Random): string {
  const depth = random.onceIn(10) ? 7_000 : 1 + random.below(200);
  const [open, close] = random.pick([
    ["[", "]"],
    ['{"a":', "}"],
    ['{"__proto__":', "}"],
  ] as const);
  const levels = Math.floor((2 * depth) / (open.length + close.length)) || 1;
  return `${open.repeat(levels)}1${close.repeat(levels)}`;
}

function several<Item>(random: Random, make: () => Item): Item[] {
  return Array.from({ length: random.below(4) }, make);
}

/** Bytes, mostly no UTF-8. */
export function hostileBytes(random: Random, most: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: random.below(most) }, () => random.below(256));
}
