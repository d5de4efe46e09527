/** Which letters a language is written with, and the Latin words that stay as they are in all of them. */
import type { Language } from "../../shared/languages.ts";

/** Names, keys of the keyboard, formats and examples: nobody translates them. */
const SAME_EVERYWHERE =
  /name@example\.org|7KQM-2D4X|7KQ-M2D|Pollcast|JavaScript|Cookie|Page Up|Page Down|Enter|Ctrl|QR|CSV|JSON|SVG|PNG|UTC|Firefox|Chrome|Android|Linux|iPhone/g;

/** Letters of that language alone. Japanese and Korean share Chinese characters, so those are nobody's. */
const OWN: Readonly<Record<Language, RegExp>> = {
  en: /[A-Za-z]{2,}/,
  ja: /[\u3040-\u30ff]/,
  ko: /[\uac00-\ud7af]/,
};
const CHINESE = /[\u4e00-\u9fff]/;

/** What of `text` is in another language than `spoken`, as the first few words of it; `null`: nothing. */
export function foreignIn(text: string, spoken: Language): string | null {
  const judged = text.replaceAll(SAME_EVERYWHERE, " ");
  const others = Object.entries(OWN).filter(([language]) => language !== spoken);
  const letters = [...others.map(([, own]) => own), ...(spoken === "ja" ? [] : [CHINESE])];
  const at = letters.map((own) => judged.search(own)).filter((place) => place >= 0);
  return at.length ? judged.slice(Math.max(0, Math.min(...at) - 20), Math.min(...at) + 40) : null;
}
