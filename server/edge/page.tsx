import type { ComponentChildren } from "preact";
import type { PageData } from "../../client/page-data.ts";
import { LanguageSwitch } from "../../client/views/language-switch.tsx";
import type { Language } from "../../shared/languages.ts";
import type { Assets, Sheet } from "./assets.ts";

interface PageProps {
  readonly title: string;
  readonly language: Language;
  readonly assets: Assets;
  readonly sheet: Sheet;
  /** Where the same page is to be had in another language. */
  readonly addressIn: (language: Language) => string;
  /** What the script begins with; `null`: no script. */
  readonly data: PageData | null;
  /** The browser asks for the page anew after so long (s); never unless given. */
  readonly refreshSeconds?: number;
  readonly children: ComponentChildren;
}

/** The wall speaks as its host chose elsewhere, and operators are spoken to in English. */
const HAS_SWITCH: Readonly<Record<Sheet, boolean>> = {
  home: true,
  voter: true,
  host: true,
  present: false,
  results: true,
  account: true,
  ops: false,
};

/** The document around every view. No script needs the switch, so it stands outside of what scripts take over. */
export function Page(props: PageProps) {
  const { title, language, assets, sheet, addressIn, data, refreshSeconds, children } = props;
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {refreshSeconds !== undefined && <meta http-equiv="refresh" content={`${refreshSeconds}`} />}
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#f5f7f4" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#101614" media="(prefers-color-scheme: dark)" />
        <link rel="icon" href={assets.icon} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.styles[sheet]} />
        {data && <script type="module" src={assets.scripts[data.page][language]} />}
      </head>
      <body>
        <div id="app">{children}</div>
        {HAS_SWITCH[sheet] && <LanguageSwitch addressIn={addressIn} />}
        {data && (
          <script type="application/json" id="data" dangerouslySetInnerHTML={{ __html: embedded(data) }} />
        )}
      </body>
    </html>
  );
}

/** JSON that cannot end the script element it stands in, nor open a comment there. */
function embedded(data: PageData): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}
