import { results as texts } from "../texts/spoken.ts";

interface MomentProps {
  /** Epoch ms. */
  readonly at: number;
  /** Whether it can be told in the reader's zone. */
  readonly local: boolean;
  /** To the second, without its date. */
  readonly precise?: boolean;
}

/** A point in time The server does not know the reader's zone: until the script runs it is UTC, and says so. */
export function Moment({ at, local, precise = false }: MomentProps) {
  const tell = precise ? texts.clock : texts.moment;
  return <time datetime={new Date(at).toISOString()}>{local ? tell(at) : tell(at, "UTC")}</time>;
}
