import { type HostState, maySteer } from "../host-state.ts";
import { host as texts } from "../texts/spoken.ts";

/** How it goes, in words: the hall, the connection, the service. What is not known yet has its place already. */
export function HostHealth({ state }: { state: HostState }) {
  const { screen, health, roundTripMs } = state;
  const results = screen.poll?.results;
  const isLive = screen.connection === "live" || screen.connection === "draining";
  const unknown = maySteer(state) ? texts.healthAway : texts.askingHealth;
  return (
    <section class="health" aria-labelledby="health-title">
      <h2 id="health-title">{texts.health}</h2>
      {results && <p>{texts.votedOfHere(results.participantCount, results.viewerCount)}</p>}
      <p>{isLive ? texts.connected : texts.notConnected}</p>
      <p>{isLive && roundTripMs !== null ? texts.answersIn(roundTripMs) : texts.measuring}</p>
      <p class={health && health.level > 0 ? "level troubled" : "level"}>
        {health ? texts.levels[health.level] : unknown} {health?.keptIn && texts.keptIn[health.keptIn]}
      </p>
    </section>
  );
}
