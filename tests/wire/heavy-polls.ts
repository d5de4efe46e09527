/** Polls that fill a connection: many versions of much text, so that the kernel's own buffers are soon full. */
import { waitFor } from "../support/wait-for.ts";
import type { WsClient } from "../support/ws-client.ts";
import type { RawSocket } from "./raw-socket.ts";
import { all } from "./wire-node.ts";

/** POLL_UPDATE of it is about 9 KB: 20 labels of 112 characters with 3 bytes each. */
export const LONG_TEXT = {
  question: "問".repeat(300),
  options: Array.from({ length: 20 }, (_, index) => `${index} ${"選".repeat(110)}`),
};

/** As many as one socket may join; each is told at most 20 times a second. */
export const POLLS_AT_ONCE = 32;

/** Rounds after which a socket has been told 13 MB; Linux takes about 4 MB for a connection that nobody reads. */
export const ROUNDS_TO_OVERFLOW = 46;

/**
 * Joins all polls over sockets that read nothing any more, so that the kernel has no reason to make their buffers larger.
 * `quick`, who has joined too, sees them come.
 */
export async function joinWithoutReading(
  slow: readonly RawSocket[],
  pollIds: readonly string[],
  quick: WsClient,
): Promise<void> {
  for (const socket of slow) {
    socket.stopReading();
    for (const pollId of pollIds) socket.send({ type: "JOIN_POLL", data: { pollId } });
  }
  await waitFor("the slow ones to have joined", () =>
    pollIds.every((pollId) => quick.latestResults(pollId)?.viewerCount === slow.length + 1),
  );
}

/**
 * Hides and reveals every poll in turn, so often that its viewers are told the whole of it `rounds` times. `quick` has
 * joined them all and keeps up.
 */
export async function tellAgainAndAgain<Poll extends { readonly pollId: string }>(
  polls: readonly Poll[],
  quick: WsClient,
  rounds: number,
  steer: (poll: Poll, action: "hide" | "reveal") => Promise<unknown>,
): Promise<void> {
  const before = all(quick, "POLL_UPDATE").length;
  for (let round = 1; round <= rounds; round++) {
    const action = round % 2 ? "hide" : "reveal";
    await Promise.all(polls.map((poll) => steer(poll, action)));
    await waitFor(`round ${round} to be told`, () => {
      return all(quick, "POLL_UPDATE").length >= before + round * polls.length;
    });
  }
}
