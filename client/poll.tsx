/** The script of a poll's page. */
import { carryToken } from "./api.ts";
import type { PollData } from "./page-data.ts";
import { PollRoom } from "./poll-room.ts";
import { show, takeOver, typed } from "./take-over.ts";
import { PollPage } from "./views/poll-page.tsx";

takeOver<PollData>((root, { view, csrfToken }) => {
  carryToken(csrfToken);
  const room = new PollRoom(view, csrfToken !== null);
  const chosen = typed(root, ".ballot input:checked");
  show(root, room.state, () => <PollPage state={room.state.value} actions={room.actions} />);
  room.start(chosen);
});
