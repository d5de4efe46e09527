import { pluralIn } from "../plural.ts";

const form = pluralIn("en");

/** 12,345. Always the same on the server and in the browser, or the two would not render alike. */
export function number(value: number): string {
  return value.toLocaleString("en");
}

/** The word without its number: `vote`, `votes`. */
export function word(count: number, one: string, other: string): string {
  return form(count, { one, other });
}

/** `1 vote`, `1,000,000 votes`. */
export function many(count: number, one: string, other: string): string {
  return `${number(count)} ${word(count, one, other)}`;
}
