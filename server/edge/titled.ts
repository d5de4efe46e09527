import { everyPage } from "../../client/texts/spoken.ts";
import type { Drawn } from "./render-page.tsx";
import type { ShownToVisitor } from "./shown.ts";

/** Names a page after what is shown at its code. Reads texts: while the reader's language is spoken. */
export function titled({ room, view }: Pick<ShownToVisitor, "room" | "view">, page: Drawn["view"]): Drawn {
  const about = room?.title || view?.poll.question;
  return { title: about ? `${about} · ${everyPage.brand}` : everyPage.brand, view: page };
}
