/** Items of the table as plain values, and reading them. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export type Value = string | number | boolean | readonly string[] | readonly number[];

/** `expiresAt`, in whole epoch seconds: from then on the item is as good as gone, whenever DynamoDB deletes it. */
export type Item = Key & Readonly<Record<string, Value>>;

/** A condition or an update, in DynamoDB's own words, with the values of its `:names`. */
export interface Expression {
  readonly text: string;
  readonly values?: Readonly<Record<string, Value>>;
}

export function toWire(values: object): Record<string, AttributeValue> {
  return marshall(values);
}

export function fromWire(attributes: Record<string, AttributeValue>): Item {
  return unmarshall(attributes) as Item; // nobody but this folder writes to the table
}

/** Epoch ms to what TTL counts in. Rounded down: an item is gone as soon as its second has begun. */
export function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}

export function isExpired({ expiresAt }: Item, now: number): boolean {
  return typeof expiresAt === "number" && expiresAt <= wholeSeconds(now);
}

export function textOf(item: Item, name: string): string {
  const value = item[name];
  if (typeof value === "string") return value;
  throw new Error(`${name} of a ${kindOf(item)} item is not text`);
}

export function numberOf(item: Item, name: string): number {
  const value = item[name];
  if (typeof value === "number") return value;
  throw new Error(`${name} of a ${kindOf(item)} item is not a number`);
}

export function numbersOf(item: Item, name: string): readonly number[] {
  return listOf(item, name).map(Number);
}

export function textsOf(item: Item, name: string): readonly string[] {
  return listOf(item, name).map(String);
}

function listOf(item: Item, name: string): readonly (string | number)[] {
  const value = item[name];
  if (Array.isArray(value)) return value;
  throw new Error(`${name} of a ${kindOf(item)} item is not a list`);
}

/** `BALLOT`, `META`: enough for whoever looks for a bug, and no voter's name. */
function kindOf({ pk, sk }: Item): string {
  return `${pk.split("#")[0]} ${sk.split("#")[0]}`;
}
