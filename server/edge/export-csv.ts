/**
 * A poll's result as a spreadsheet reads it: RFC 4180, UTF-8 with a byte order mark, one row per option. The
 * last column says whether it is the final result: `false` while the poll is open, and after that while it is counting.
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

/** Text that a spreadsheet would run as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

export function exportCsv({ poll, results }: PollView): string {
  const rows = poll.options.map(({ optionId, label }) => {
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
  return BYTE_ORDER_MARK + [COLUMNS, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** A leading apostrophe is the only escape that spreadsheets agree on; they show the rest as text. */
function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const harmless = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
