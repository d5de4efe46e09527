/** The script of the page where a host steers. */
import { carryToken } from "./api.ts";
import { HostDesk } from "./host-desk.ts";
import type { HostData } from "./page-data.ts";
import { show, takeOver } from "./take-over.ts";
import { HostPage } from "./views/host-page.tsx";

takeOver<HostData>((root, data) => {
  carryToken(data.csrfToken);
  const desk = new HostDesk(data);
  show(root, desk.state, () => <HostPage data={data} state={desk.state.value} actions={desk.actions} />);
  desk.start();
});
