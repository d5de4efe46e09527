/** A set of options as bits of one integer: bit i = the option at index i. At most 20 options, so it fits. */
import type { OptionId } from "../../../shared/ids.ts";
import type { PollOption } from "../../app/poll.ts";

export function toBits(options: readonly PollOption[], chosen: readonly OptionId[]): number {
  return options.reduce(
    (bits, { optionId }, index) => (chosen.includes(optionId) ? bits | (1 << index) : bits),
    0,
  );
}

/** The options of `bits` in the poll's order. */
export function fromBits(options: readonly PollOption[], bits: number): OptionId[] {
  return options.filter((_, index) => hasBit(bits, index)).map(({ optionId }) => optionId);
}

export function hasBit(bits: number, index: number): boolean {
  return ((bits >>> index) & 1) === 1;
}
