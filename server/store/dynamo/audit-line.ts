/**
 * One line of a poll's history as META keeps it: `1780315200000 hidden host STEP`. The step's id is how a step that is
 * sent again, because its answer was lost, is recognised; so it stays for as long as the line.
 */
import type { AuditEntry } from "../../app/ports.ts";
import { type Item, textsOf } from "./item.ts";

export type AuditLine = string;

export function auditLine({ at, action, by }: AuditEntry, step: string): AuditLine {
  return `${at} ${action} ${by} ${step}`;
}

export function readAuditLine(line: AuditLine): AuditEntry {
  const [at, action, by] = line.split(" ");
  return { at: Number(at), action, by } as AuditEntry; // written by `auditLine`
}

/** Whether a META item or a tombstone has this step in its history. */
export function hasStep(item: Item, step: string): boolean {
  return textsOf(item, "audit").some((line) => line.endsWith(` ${step}`));
}
