/** What a fault cost those who voted through it. */
import type { Cast } from "../support/phone.ts";
import type { Crowd } from "./crowd.ts";
import type { Verdict } from "./judge-casts.ts";

export interface FaultFigures {
  readonly name: string;
  /** Write gap: how long a voter waited for the answer that took longest, ms; middle voter and worst. */
  readonly waitP50: number;
  readonly waitMax: number;
  /** The longest time in which nobody's ballot was accepted, ms. */
  readonly silence: number;
  /** The same on another shard, ms. */
  readonly elsewhere: number;
  readonly replicated: number;
  readonly primary: number;
  /** How often somebody was told "not yet". */
  readonly pending: number;
  readonly lostPrimary: number;
  /** Connections beyond the first of each voter. */
  readonly reconnects: number;
  /** From healed until every browser showed what was true, ms. */
  readonly converged: number;
  readonly epoch: number;
  /** Written by all nodes together. */
  readonly logLines: number;
}

export interface FaultRecord {
  readonly name: string;
  readonly crowd: Crowd;
  readonly bystanders: Crowd;
  readonly moments: { readonly faultAt: number; readonly healedAt: number; readonly convergedAt: number };
  readonly verdict: Verdict;
  readonly epoch: number;
  readonly logLines: number;
}

export function figuresOf(record: FaultRecord): FaultFigures {
  const { crowd, bystanders, moments, verdict, name, epoch, logLines } = record;
  const { faultAt, healedAt, convergedAt } = moments;
  const during = (cast: Cast) => cast.castAt < healedAt && (cast.answer?.at ?? Infinity) > faultAt;
  const waits = crowd.phones
    .map(({ casts }) => Math.max(0, ...casts.filter(during).map(waitOf)))
    .sort((a, b) => a - b);
  const said = (durability: string) => crowd.casts.filter(({ answer }) => answer?.said === durability).length;
  return {
    name,
    waitP50: Math.round(waits[Math.floor(waits.length / 2)] ?? 0),
    waitMax: Math.round(waits.at(-1) ?? 0),
    silence: Math.round(longestSilence(crowd.casts, faultAt, convergedAt)),
    elsewhere: Math.round(longestSilence(bystanders.casts, faultAt, healedAt)),
    replicated: said("replicated"),
    primary: said("primary"),
    pending: crowd.casts.reduce((sum, { pending }) => sum + pending, 0),
    lostPrimary: verdict.lostPrimary,
    reconnects: crowd.phones.reduce((sum, { nodes }) => sum + nodes.length - 1, 0),
    converged: Math.round(convergedAt - healedAt),
    epoch,
    logLines,
  };
}

export function waitOf({ castAt, answer }: Cast): number {
  return (answer?.at ?? Number.POSITIVE_INFINITY) - castAt;
}

/** The longest time (ms) in which nothing was accepted. */
export function longestSilence(casts: readonly Cast[], from: number, to: number): number {
  const accepted = casts.flatMap(({ answer }) => (answer?.accepted ? [answer.at] : []));
  const moments = accepted.filter((at) => at > from && at < to).sort((a, b) => a - b);
  const marks = [from, ...moments];
  return Math.max(0, ...marks.slice(1).map((at, index) => at - (marks[index] ?? at)));
}

/** A table for a person. */
export function tableOf(all: readonly { readonly name: string }[]): string {
  const columns = ["name", ...Object.keys(all[0] ?? {}).filter((name) => name !== "name")];
  const rows = [columns, ...all.map((figures) => columns.map((name) => String(Reflect.get(figures, name))))];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map((row) => row.map((cell, index) => pad(cell, widths[index] ?? 0, index === 0)).join("  "))
    .join("\n");
}

function pad(cell: string, width: number, left: boolean): string {
  return left ? cell.padEnd(width) : cell.padStart(width);
}
