/** What only this node's memory says: ballots it vouched for or has put, until both stores have them. */
import type { Duty, ModelNode } from "./node.ts";
import { choiceText, supersedes } from "./the-poll.ts";

/**
 * Keeps a ballot until the ledger and Redis have it. Every put past Redis is a duty of its own, also of one and the same
 * ballot: one whose outcome nobody knows may still arrive when another has been answered.
 */
export function owe({ run }: ModelNode, duty: Duty): Duty {
  const owed = [...run.duties].find((other) => isSameAppend(other, duty));
  if (!owed) {
    run.duties.add(duty);
    return duty;
  }
  owed.entries = [...new Set([...owed.entries, ...duty.entries])];
  owed.inLedger ||= duty.inLedger;
  return owed;
}

function isSameAppend(a: Duty, b: Duty): boolean {
  if (a.put !== "append" || b.put !== "append" || a.voter !== b.voter) return false;
  return choiceText(a.choice) === choiceText(b.choice);
}

/** Nothing is left to do for it. */
export function absolve({ run }: ModelNode, duty: Duty): void {
  run.duties.delete(duty);
}

/** What this node itself knows to stand for a voter. Not what was put with an unknown outcome: it may never stand. */
export function keptOf({ run }: ModelNode, voter: number): Duty | null {
  let greatest: Duty | null = null;
  for (const duty of run.duties) {
    const stands = duty.voter === voter && (duty.put === "append" || duty.inLedger);
    if (stands && supersedes(duty.choice, greatest?.choice ?? null)) greatest = duty;
  }
  return greatest;
}
