/**
 * Results as a spreadsheet reads them: RFC 4180, UTF-8 with a byte order mark, one row per option. The last column says
 * whether it is the final result: `false` while the poll is open, and after that while it is counting.
 */
import type { PollView } from "../../shared/messages.ts";

const BYTE_ORDER_MARK = "\uFEFF";
const COLUMNS = [
  "poll",
  "question",
  "status",
  "option",
  "label",
  "votes",
  "percentage",
  "participants",
  "final",
] as const;

/**
 * Before what a spreadsheet runs: a sign of a formula, in any width, at the start of a cell or behind what importers skip
 * there (spaces, quotes, what is not seen). A cell also starts behind a semicolon, a tab or a new line, because half of
 * Europe's spreadsheets split at those, whatever stands in quotes. (`;-)` is none: no formula goes on with a bracket.) And
 * before a tab or a new line at the very start, which some importers act on.
 */
const HARMFUL = /(?<=^|[;\t\r\n])(?=[\s"'＂＇\p{Cf}]*[=+\-@＝＋－＠﹢﹣﹦﹫−](?!\)))|^(?='*[\t\r\n])/gu;

/** One table of all these polls, in their order. */
export function exportCsv(views: readonly PollView[]): string {
  const rows = views.flatMap(rowsOf);
  return BYTE_ORDER_MARK + [COLUMNS, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function rowsOf({ poll, results }: PollView): (string | number)[][] {
  return poll.options.map(({ optionId, label }) => {
    const share = results.results?.find((result) => result.optionId === optionId);
    return [
      poll.pollId,
      poll.question,
      poll.status,
      optionId,
      label,
      share?.votes ?? 0,
      share?.percentage ?? 0,
      poll.participantCount,
      String(results.final),
    ];
  });
}

/** A leading apostrophe is the only escape that spreadsheets agree on; they show the rest as text. */
function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const harmless = value.replace(HARMFUL, "'");
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
