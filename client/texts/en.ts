/** English, the language that the others are measured by: its shape is theirs. */
export { account } from "./en/account.ts";
export { everyPage } from "./en/every-page.ts";
export { home } from "./en/home.ts";
export { host } from "./en/host.ts";
export { present } from "./en/present.ts";
export { refusals } from "./en/refusals.ts";
export { results } from "./en/results.ts";
export { voter } from "./en/voter.ts";
