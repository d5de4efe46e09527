/** Japanese. */
export { account } from "./ja/account.ts";
export { everyPage } from "./ja/every-page.ts";
export { home } from "./ja/home.ts";
export { host } from "./ja/host.ts";
export { present } from "./ja/present.ts";
export { refusals } from "./ja/refusals.ts";
export { results } from "./ja/results.ts";
export { voter } from "./ja/voter.ts";
