/** The result of a poll as a picture that stands by itself: in a report, on a slide, in a message. Light, as paper is. */
import { everyPage, results as texts } from "../../client/texts/spoken.ts";
import { formatJoinCode, type PollId } from "../../shared/ids.ts";
import type { PollView } from "../../shared/messages.ts";
import type { PollControl } from "../app/poll.ts";
import { widthOf, wrapText } from "./wrap-text.ts";

type Share = NonNullable<PollView["results"]["results"]>[number];

const WIDTH = 1200;
const EDGE = 56;
const INNER = WIDTH - 2 * EDGE;
const FONTS =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'Hiragino Sans', 'Noto Sans CJK JP', sans-serif";
/** As in `client/styles/parts/tokens.css`, light. A picture has no style sheet. */
const INK = "#14201b";
const SOFT = "#53615b";
const TRACK = "#e6ebe7";
const BAR = "#75837c";
const ACCENT = "#0b6652";

const QUESTION = 42;
const FOOT = 24;
/** Sizes (px) with room to spare, and where many options share a picture. */
const WIDE = { label: 28, bar: 38, gap: 34 };
const DENSE = { label: 23, bar: 24, gap: 20 };
const FEW = 7;

/** Written from right to left, by its first letter that says so. */
const FIRST_STRONG = /\p{L}/u;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * Draws what the asker may see; `view.results.results` must be there. In the language that is spoken; a question that is
 * written from right to left has its bars grow that way too. Whatever the texts hold, this is well-formed XML.
 */
export function chartSvg(view: PollView, control: Pick<PollControl, "openedAt" | "closedAt">): string {
  const { poll, results } = view;
  const shares = results.results ?? [];
  const sheet = new Drawing(isRightToLeft(poll.question));
  drawQuestion(sheet, poll.question);
  drawBars(sheet, view, shares);
  drawFoot(sheet, footOf(view, control));
  const height = Math.ceil(sheet.y + EDGE);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${FONTS}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escapeXml(poll.question)}</title>`,
    `<desc id="desc">${escapeXml([...spoken(view, shares), ...footOf(view, control)].join(". "))}</desc>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...sheet.parts,
    "</svg>\n",
  ].join("\n");
}

interface Writing {
  readonly size: number;
  readonly color?: string;
  readonly bold?: boolean;
  /** `x` is where it begins (or ends), from the side where reading starts. */
  readonly at?: "start" | "end";
}

/** What is drawn so far, and how far down. Distances along a line are from the side where reading starts. */
class Drawing {
  readonly parts: string[] = [];
  y = EDGE;
  readonly #mirrored: boolean;

  constructor(mirrored: boolean) {
    this.#mirrored = mirrored;
  }

  /** `y`: the line that letters stand on. */
  text(text: string, x: number, y: number, { size, color = INK, bold = false, at = "start" }: Writing): void {
    const rtl = isRightToLeft(text);
    // The side of its own beginning that the text hangs on: its own direction may not be the picture's.
    const anchor = (at === "start") === (rtl === this.#mirrored) ? "start" : "end";
    const direction = rtl ? ' direction="rtl"' : "";
    const weight = bold ? ' font-weight="700"' : "";
    this.parts.push(
      `<text x="${this.#along(x)}" y="${round(y)}" font-size="${size}" fill="${color}" text-anchor="${anchor}"${direction}${weight}>${escapeXml(text)}</text>`,
    );
  }

  bar(x: number, width: number, height: number, color: string): void {
    if (width <= 0) return;
    const left = this.#mirrored ? this.#along(x + width) : round(x);
    this.parts.push(
      `<rect x="${left}" y="${round(this.y)}" width="${round(width)}" height="${height}" rx="5" fill="${color}"/>`,
    );
  }

  /** Lines one below the other; what follows stands under them. */
  lines(lines: readonly string[], x: number, writing: Writing): void {
    for (const line of lines) {
      this.text(line, x, this.y + writing.size, writing);
      this.y += writing.size * 1.28;
    }
  }

  #along(x: number): number {
    return round(this.#mirrored ? WIDTH - x : x);
  }
}

function drawQuestion(sheet: Drawing, question: string): void {
  // Bold letters are wider.
  sheet.lines(wrapText(question, INNER / 1.08, QUESTION), EDGE, { size: QUESTION, bold: true });
  sheet.y += 26;
}

function drawBars(sheet: Drawing, { poll }: PollView, shares: readonly Share[]): void {
  const { label: size, bar, gap } = shares.length > FEW ? DENSE : WIDE;
  const most = Math.max(0, ...shares.map(({ votes }) => votes));
  const percentRoom = widthOf("100.0%", size);
  const votesRoom = widthOf(everyPage.number(most), size) * 1.08 + 18;
  const before = poll.kind === "rating" ? size * 1.6 : 0;
  const room = INNER - before - votesRoom - percentRoom - 12;
  for (const { optionId, votes, percentage } of shares) {
    const label = poll.options.find((option) => option.optionId === optionId)?.label ?? "";
    const leads = most > 0 && votes === most;
    const baseline = () => sheet.y + bar / 2 + size * 0.36;
    if (before) sheet.text(label, EDGE, baseline(), { size, bold: leads });
    else sheet.lines(wrapText(label, INNER / 1.08, size), EDGE, { size, bold: leads });
    if (!before) sheet.y += 4;
    sheet.bar(EDGE + before, room, bar, TRACK);
    sheet.bar(EDGE + before, (room * Math.min(100, percentage)) / 100, bar, leads ? ACCENT : BAR);
    const color = leads ? ACCENT : INK;
    const votesEnd = WIDTH - EDGE - percentRoom;
    sheet.text(everyPage.number(votes), votesEnd, baseline(), { size, bold: true, color, at: "end" });
    const percentStyle = { size, color: SOFT, at: "end" } as const;
    sheet.text(everyPage.percent(percentage), WIDTH - EDGE, baseline(), percentStyle);
    sheet.y += bar + gap;
  }
}

/** Each part whole, as many to a line as there is room for: a code must not be torn. */
function drawFoot(sheet: Drawing, foot: readonly string[]): void {
  const lines: string[] = [];
  for (const part of foot) {
    const longer = `${lines.at(-1) ?? ""} · ${part}`;
    if (lines.length > 0 && widthOf(longer, FOOT) <= INNER) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  sheet.lines(lines, EDGE, { size: FOOT, color: SOFT });
}

/** How it stands, how many voted, and when and where that was. */
function footOf(
  { poll, results }: PollView,
  { openedAt, closedAt }: Pick<PollControl, "openedAt" | "closedAt">,
) {
  const { average, final, participantCount } = results;
  const standing = final
    ? everyPage.finalResults
    : poll.status === "closed"
      ? everyPage.counting
      : texts.soFar;
  const when =
    closedAt !== null
      ? texts.closedOn(texts.moment(closedAt, "UTC"))
      : openedAt !== null
        ? texts.openedOn(texts.moment(openedAt, "UTC"))
        : everyPage.status.draft;
  const mean = average === undefined ? [] : [`${everyPage.number(average)} ${everyPage.average}`];
  const count =
    poll.kind === "multiple" ? everyPage.ofVoters(participantCount) : everyPage.voted(participantCount);
  return [standing, ...mean, count, when, `${everyPage.brand} ${formatJoinCode(poll.pollId as PollId)}`]; // as the server gave it
}

function spoken({ poll }: PollView, shares: readonly Share[]): string[] {
  return shares.map(({ optionId, votes, percentage }) => {
    const label = poll.options.find((option) => option.optionId === optionId)?.label ?? "";
    return `${label}: ${everyPage.votes(votes)}, ${everyPage.percent(percentage)}`;
  });
}

function isRightToLeft(text: string): boolean {
  return RIGHT_TO_LEFT.test(FIRST_STRONG.exec(text)?.[0] ?? "");
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

/** Text as XML has it, in an element or an attribute; what XML cannot have at all becomes the sign for that. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
