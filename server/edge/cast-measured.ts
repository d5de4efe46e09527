import type { CastOutcome } from "../app/ballot.ts";
import { type BallotRequest, type CastBallotPorts, castBallot } from "../app/cast-ballot.ts";
import type { Telemetry } from "../ops/telemetry.ts";

/** Casts a ballot and measures how long its voter waited. */
export async function castMeasured(
  ports: CastBallotPorts & { readonly telemetry: Pick<Telemetry, "ballot"> },
  request: BallotRequest,
): Promise<CastOutcome> {
  const began = performance.now();
  const outcome = await castBallot(ports, request);
  const result = outcome.kind === "accepted" && outcome.repeated ? "repeated" : outcome.kind;
  ports.telemetry.ballot(result, (performance.now() - began) / 1000);
  return outcome;
}
