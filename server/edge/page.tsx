import type { ComponentChildren } from "preact";
import type { PageData } from "../../client/page-data.ts";
import { texts } from "../../client/texts.ts";
import type { Assets } from "./assets.ts";

interface PageProps {
  readonly title: string;
  readonly assets: Assets;
  /** What the script begins with; `null`: no script. */
  readonly data: PageData | null;
  /** The browser asks for the page anew after so long (s); never unless given. */
  readonly refreshSeconds?: number;
  readonly children: ComponentChildren;
}

/** The document around every view. */
export function Page({ title, assets, data, refreshSeconds, children }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {refreshSeconds !== undefined && <meta http-equiv="refresh" content={`${refreshSeconds}`} />}
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#f5f7f4" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#101614" media="(prefers-color-scheme: dark)" />
        <link rel="icon" href={assets.icon} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.style} />
        {data && <script type="module" src={assets.scripts[data.page]} />}
      </head>
      <body>
        <div id="app">{children}</div>
        {data && (
          <>
            <noscript>
              <p class="note needs-script">{texts.needsScript}</p>
            </noscript>
            <script type="application/json" id="data" dangerouslySetInnerHTML={{ __html: embedded(data) }} />
          </>
        )}
      </body>
    </html>
  );
}

/** JSON that cannot end the script element it stands in, nor open a comment there. */
function embedded(data: PageData): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}
