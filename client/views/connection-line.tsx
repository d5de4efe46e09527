import type { Connection } from "../screen-state.ts";
import { everyPage } from "../texts/spoken.ts";

/** Said at the foot of the page while the connection is not there. Always in the page, so that it is heard. */
export function ConnectionLine({ connection }: { connection: Connection }) {
  const isFine = connection === "connecting" || connection === "live";
  return (
    <p class="connection" role="status">
      {isFine ? null : everyPage[connection]}
      {connection === "outdated" && (
        <>
          {" "}
          <a href="?">{everyPage.reload}</a>
        </>
      )}
    </p>
  );
}
