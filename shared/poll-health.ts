/** How well the service can look after one poll, as its host may know it. */
import type { BallotDurability } from "./messages.ts";
import type { Level, LevelName } from "./ops-report.ts";

export interface PollHealth {
  /** Of the shard that the poll is on. */
  readonly level: Level;
  readonly levelName: LevelName;
  /** Where a vote is safe once it counts; `null`: no vote can be counted now, the browsers keep them. */
  readonly keptIn: BallotDurability | null;
}
