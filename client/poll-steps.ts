/** The steps of a poll that its host takes, from the host's page and from the wall. */

export type PollStep = "open" | "close" | "extend" | "extendMore" | "hide" | "reveal";

/** By how much the two that lengthen do (s). */
const SECONDS: Readonly<Partial<Record<PollStep, number>>> = { extend: 60, extendMore: 300 };

/** The call behind a step: where it goes, and what goes with it. */
export function callOf(pollId: string, step: PollStep): readonly [path: string, body: object] {
  const seconds = SECONDS[step];
  const name = seconds === undefined ? step : "extend";
  return [`/api/polls/${pollId}/${name}`, seconds === undefined ? {} : { seconds }];
}
