/**
 * Casts ballots over and over for as long as `running`, each voter another option every time; says of each how long it
 * took and whether a replica has it.
 */
export type Casting = (
  running: () => boolean,
  acknowledged: (waitedMs: number, durable: boolean) => void,
) => Promise<void>;
