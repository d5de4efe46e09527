import { type Spread, spreadOf } from "./spread.ts";

/** One row: its name, and what each round gave, by column. */
export type Row = readonly [name: string, rounds: readonly Readonly<Record<string, number>>[]];

export interface Column {
  readonly head: string;
  /** Of the figures of a round. */
  readonly of: string;
  readonly show: (value: number) => string;
  /** Also the least and the most of all rounds. */
  readonly spread?: boolean;
}

/** Two rows, to be held against each other by one figure. */
export interface Comparison {
  readonly of: string;
  readonly unit: string;
  readonly ours: string;
  readonly other: string;
  readonly show: (value: number) => string;
}

/** 12,345 */
export const whole = (value: number) => Math.round(value).toLocaleString("en-US");
export const oneDecimal = (value: number) => value.toFixed(1);
export const percent = (value: number) => `${Math.round(100 * value)} %`;
const times = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)}×`;

/** The rows as a table: medians over the rounds, with the least and the most where a column wants them. */
export function figuresTable(columns: readonly Column[], rows: readonly Row[]): string {
  const lines = rows.map(([name, rounds]) => [
    name,
    ...columns.map(({ of, show, spread }) => {
      const values = rounds.map((round) => round[of]).filter((value) => value !== undefined);
      if (values.length === 0) return "";
      return spread ? withSpread(spreadOf(values), show) : show(spreadOf(values).median);
    }),
  ]);
  return markdown(["", ...columns.map(({ head }) => head)], lines);
}

/** Ratios with both of their sides; the spread of a ratio is that of the rounds, each of which had both. */
export function ratiosTable(comparisons: readonly Comparison[], rows: readonly Row[]): string {
  const valuesOf = (name: string, of: string) =>
    (rows.find(([row]) => row === name)?.[1] ?? []).map((round) => round[of] ?? Number.NaN);
  const lines = comparisons.map(({ of, unit, ours, other, show }) => {
    const [left, right] = [valuesOf(ours, of), valuesOf(other, of)];
    const ratios = left.map((value, round) => value / (right[round] ?? Number.NaN));
    const [one, two] = [spreadOf(left), spreadOf(right)];
    const ratio = { ...spreadOf(ratios), median: one.median / two.median };
    return [
      `${ours} ÷ ${other}`,
      unit,
      withSpread(one, show),
      withSpread(two, show),
      withSpread(ratio, times),
    ];
  });
  return markdown(["one ÷ other", "in", "one", "other", "ratio"], lines);
}

function withSpread({ median, min, max }: Spread, show: (value: number) => string): string {
  return min === max ? show(median) : `${show(median)} (${show(min)}–${show(max)})`;
}

function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0), 3));
  const row = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => pad(cells[column] ?? "", width, column > 0)).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => (column > 0 ? `${"-".repeat(width + 1)}:` : "-".repeat(width + 2))).join("|")}|`;
  return [row(head), rule, ...lines.map(row)].join("\n");
}

function pad(text: string, width: number, right: boolean): string {
  return right ? text.padStart(width) : text.padEnd(width);
}
