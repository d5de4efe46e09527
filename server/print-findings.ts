import type { Finding } from "./ops/finding.ts";

const MARKS: Readonly<Record<Finding["state"], string>> = {
  ok: "ok",
  warning: "warning",
  unknown: "unknown",
  failed: "FAILED",
};
const STATE_WIDTH = 9;

/** A table for a person: state, subject, median, what was seen; below what is not well, what to do. */
export function printFindings(findings: readonly Finding[]): string {
  const subjects = Math.max(...findings.map(({ subject }) => subject.length), "what".length) + 2;
  const times = "p50 of 20".length + 2;
  const row = (state: string, subject: string, time: string, said: string) =>
    `${state.padEnd(STATE_WIDTH)}${subject.padEnd(subjects)}${time.padEnd(times)}${said}`.trimEnd();
  const lines = findings.flatMap(({ subject, state, said, p50Ms, action }) => [
    row(MARKS[state], subject, p50Ms === undefined ? "" : `${p50Ms.toFixed(2)} ms`, said),
    ...(action ? [row("", "", "", `→ ${action}`)] : []),
  ]);
  return [row("state", "what", "p50 of 20", "seen"), ...lines, "", summary(findings)].join("\n");
}

function summary(findings: readonly Finding[]): string {
  const count = (state: Finding["state"]) => findings.filter((finding) => finding.state === state).length;
  const [failed, warnings] = [count("failed"), count("warning")];
  if (failed > 0) return `${failed} of what is configured ${failed === 1 ? "does" : "do"} not work.`;
  if (warnings > 0) return `Everything works; ${warnings} ${warnings === 1 ? "thing" : "things"} to look at.`;
  return "Everything works.";
}
