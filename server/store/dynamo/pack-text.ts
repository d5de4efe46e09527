/** Ballots packed as text, a line each: `voter revision choice`. Neither voters nor choices have spaces in them. */
import type { VoterId } from "../../../shared/ids.ts";
import type { RegisteredBallot } from "../../app/register.ts";

/** The ballots as texts of at most `maxBytes` each; none for none. The same ballots are always cut the same way. */
export function packText(ballots: readonly RegisteredBallot[], maxBytes: number): string[] {
  const texts: string[] = [];
  let lines: string[] = [];
  let bytes = 0;
  for (const { voter, revision, choice } of ballots) {
    const line = `${voter} ${revision} ${choice}\n`;
    if (bytes + line.length > maxBytes && lines.length > 0) {
      texts.push(lines.join(""));
      lines = [];
      bytes = 0;
    }
    lines.push(line);
    bytes += line.length; // ASCII
  }
  if (lines.length > 0) texts.push(lines.join(""));
  return texts;
}

export function unpackText(text: string): RegisteredBallot[] {
  const ballots: RegisteredBallot[] = [];
  for (let start = 0; start < text.length; ) {
    const voterEnd = text.indexOf(" ", start);
    const revisionEnd = text.indexOf(" ", voterEnd + 1);
    const end = text.indexOf("\n", revisionEnd);
    if (voterEnd < 0 || revisionEnd < 0 || end < 0) throw new Error("a pack is cut off");
    ballots.push({
      voter: text.slice(start, voterEnd) as VoterId, // written by `packText`
      revision: Number(text.slice(voterEnd + 1, revisionEnd)),
      choice: text.slice(revisionEnd + 1, end),
    });
    start = end + 1;
  }
  return ballots;
}
