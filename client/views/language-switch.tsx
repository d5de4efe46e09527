import { LANGUAGES, type Language } from "../../shared/languages.ts";
import { everyPage } from "../texts/spoken.ts";

/** Plain links: the server keeps the choice, and the page `addressIn` names comes back in that language. */
export function LanguageSwitch({ addressIn }: { addressIn: (language: Language) => string }) {
  return (
    <nav class="languages" aria-label={everyPage.language}>
      {(Object.entries(LANGUAGES) as [Language, string][]).map(([language, name]) => (
        <a key={language} href={addressIn(language)} lang={language} hreflang={language}>
          {name}
        </a>
      ))}
    </nav>
  );
}
