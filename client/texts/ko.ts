/** Korean. */
export { account } from "./ko/account.ts";
export { everyPage } from "./ko/every-page.ts";
export { home } from "./ko/home.ts";
export { host } from "./ko/host.ts";
export { present } from "./ko/present.ts";
export { refusals } from "./ko/refusals.ts";
export { results } from "./ko/results.ts";
export { voter } from "./ko/voter.ts";
