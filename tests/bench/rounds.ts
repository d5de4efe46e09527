import type { Row } from "./table.ts";

type Figures = Readonly<Record<string, number>>;

/** Something that is measured, by the rows of the table that it gives. */
export interface Contender {
  readonly names: readonly string[];
  /** Figures for each name, from a fresh start. */
  readonly run: () => Promise<readonly Figures[]>;
}

/**
 * Measures everybody in turn, so many times over: what the machine does meanwhile meets all of them alike. Says on
 * stderr where it is.
 */
export async function alternate(contenders: readonly Contender[], rounds: number): Promise<Row[]> {
  const rows = new Map<string, Figures[]>(contenders.flatMap(({ names }) => names).map((name) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { names, run } of contenders) {
      console.error(`round ${round} of ${rounds}: ${names[0]}`);
      for (const [index, figures] of (await run()).entries()) rows.get(names[index] ?? "")?.push(figures);
    }
  }
  return [...rows];
}
