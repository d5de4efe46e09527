/**
 * Plays many schedules: `bun tests/model/explore.ts --schedules 20000 --seed 1`; of a broken protocol with
 * `--variant noFence`, or the sound one where that is looked for with `--focus noFence`; `--tell` tells the story of the first schedule that breaks a rule.
 */
import { parseArgs } from "node:util";
import { type Figures, runSchedule } from "./run-schedule.ts";
import { BROKEN, type Broken } from "./variants.ts";

const { values } = parseArgs({
  options: {
    focus: { type: "string" },
    schedules: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    tell: { type: "boolean", default: false },
    variant: { type: "string" },
  },
});
const [first, count] = [Number(values.seed), Number(values.schedules)];
const { focus = {} } = brokenBy(values.focus ?? values.variant);
const { variant = {} } = brokenBy(values.variant);
const found = new Map<string, { schedules: number; "first seed": number; example: string }>();
const figures: Figures[] = [];
const began = performance.now();
for (let seed = first; seed < first + count; seed += 1) {
  const outcome = runSchedule(seed, { variant, focus });
  figures.push(outcome.figures);
  const [example] = outcome.violations;
  if (example === undefined) continue;
  if (values.tell && found.size === 0)
    console.log(runSchedule(seed, { variant, focus, told: true }).story.join("\n"));
  const rule = example.slice(0, 2);
  const known = found.get(rule) ?? { schedules: 0, "first seed": seed, example };
  found.set(rule, { ...known, schedules: known.schedules + 1 });
}
const seconds = (performance.now() - began) / 1000;
console.log(
  `${count} schedules from seed ${first}, ${values.variant ?? "nothing broken"}: ${seconds.toFixed(1)} s`,
);
console.table(summary());
if (found.size === 0) console.log("no violation");
else console.table(Object.fromEntries(found));

function brokenBy(name: string | undefined): Partial<Broken> & { readonly variant?: object } {
  if (name === undefined) return {};
  const broken: Broken | undefined = new Map(Object.entries<Broken>(BROKEN)).get(name);
  if (!broken) throw new Error(`no variant "${name}"; there are ${Object.keys(BROKEN).join(", ")}`);
  return { ...broken, variant: { [name]: true } };
}

function summary() {
  const sum = (figure: keyof Figures) => figures.reduce((total, one) => total + one[figure], 0);
  const rested = figures.map(({ restedAfterMs }) => restedAfterMs).sort((a, b) => a - b);
  const restedAfter = (share: number) => rested[Math.floor(share * (rested.length - 1))];
  return {
    "acknowledged replicated": sum("replicated"),
    "acknowledged ledger": sum("ledger"),
    "of these lost with Redis and node together": sum("excused"),
    rebuilds: sum("rebuilds"),
    "final results": sum("finals"),
    "at rest after healing, p50 (virtual ms)": restedAfter(0.5),
    "at rest after healing, p99 (virtual ms)": restedAfter(0.99),
  };
}
