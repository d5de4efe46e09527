/**
 * Plays many schedules: `bun tests/model/explore.ts --schedules 20000 --seed 1`, of a broken variant with
 * `--variant noFence`; `--tell` tells the story of the first seed that violates something.
 */
import { parseArgs } from "node:util";
import { runSchedule } from "./run-schedule.ts";
import { SOUND, type Variant } from "./variants.ts";

const { values } = parseArgs({
  options: {
    schedules: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    tell: { type: "boolean", default: false },
    variant: { type: "string" },
  },
});
const variant: Variant = values.variant === undefined ? SOUND : { [values.variant]: true };
const [first, count] = [Number(values.seed), Number(values.schedules)];
const found = new Map<string, { seeds: number; first: number; example: string }>();
const began = performance.now();
for (let seed = first; seed < first + count; seed += 1) {
  const { violations, story } = runSchedule(seed, variant);
  if (values.tell && violations.length > 0 && found.size === 0)
    console.log([...story, ...violations].join("\n"));
  for (const violation of violations.slice(0, 1)) {
    const rule = violation.slice(0, 2);
    const known = found.get(rule) ?? { seeds: 0, first: seed, example: violation };
    found.set(rule, { ...known, seeds: known.seeds + 1 });
  }
}
const seconds = (performance.now() - began) / 1000;
console.log(
  `${count} schedules from seed ${first}, variant ${values.variant ?? "none"}: ${seconds.toFixed(1)} s`,
);
if (found.size === 0) console.log("no violation");
else console.table(Object.fromEntries(found));
