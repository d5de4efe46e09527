/**
 * The texts of the language that is spoken. On the server that is the reader's, set before each page: a page is rendered in
 * one go, so nobody speaks in between. A browser's script is built for one language, and `server/edge/assets.ts` puts that
 * language's file in the place of this one.
 */
import type { Language } from "../../shared/languages.ts";
import * as en from "./en.ts";
import * as ja from "./ja.ts";
import * as ko from "./ko.ts";

/** Every language has every text: what one lacks the compiler names. */
const CATALOGUES: Readonly<Record<Language, typeof en>> = { en, ja, ko };

export let { everyPage, home, voter, host, present, results, refusals, account } = CATALOGUES.en;

/** What is rendered next is rendered in this language. */
export function speak(language: Language): void {
  ({ everyPage, home, voter, host, present, results, refusals, account } = CATALOGUES[language]);
}
