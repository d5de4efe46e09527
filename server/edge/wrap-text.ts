/** Lines of a text for a picture, which has no layout of its own: by widths that are about right for any system font. */

/** Of one em. On the wide side: a line that ends early is read, one that runs out of the picture is not. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/^[\p{M}\p{Cf}]$/u, 0],
  [/^\p{Emoji_Presentation}$/u, 1.35],
  [
    /^[\u1100-\u115f\u2e80-\u303f\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]$/u,
    1.02,
  ],
  [/^[\s.,:;'’!|ijlI()[\]]$/u, 0.38],
  [/^[mwMW@%—]$/u, 1],
  [/^[\p{Lu}\p{Nd}]$/u, 0.72],
];
const ELSE = 0.62;

const words = new Intl.Segmenter(undefined, { granularity: "word" });
const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** About how wide the text is drawn at this size (px). */
export function widthOf(text: string, size: number): number {
  let ems = 0;
  for (const letter of text) ems += WIDTHS.find(([pattern]) => pattern.test(letter))?.[1] ?? ELSE;
  return ems * size;
}

/**
 * The text in lines of at most `width` (px) at this font size: between words, between those of scripts without spaces too,
 * and inside a word only where it is wider than a line. Spaces and new lines become one space; an empty text is no line.
 */
export function wrapText(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  let line = "";
  const fits = (more: string) => widthOf(line + more.trimEnd(), size) <= width;
  const end = () => {
    if (line.trim()) lines.push(line.trim());
    line = "";
  };
  for (const piece of piecesOf(text.replace(/\s+/gu, " ").trim())) {
    if (!fits(piece)) end();
    if (fits(piece)) {
      line += piece;
      continue;
    }
    for (const { segment } of letters.segment(piece)) {
      if (line !== "" && !fits(segment)) end();
      line += segment;
    }
  }
  end();
  return lines;
}

/** Words with what must not begin or end a line beside them: a bracket that opens, and what follows a word. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let opening = "";
  for (const { segment, isWordLike } of words.segment(text)) {
    if (opens(segment, pieces.at(-1))) opening += segment;
    else if (isWordLike || pieces.length === 0 || opening !== "") {
      pieces.push(opening + segment);
      opening = "";
    } else pieces.push(`${pieces.pop() ?? ""}${segment}`);
  }
  if (opening !== "") pieces.push(opening);
  return pieces;
}

/** A bracket or a quotation mark before its word; a straight one is that where nothing stands directly before it. */
function opens(segment: string, before = " "): boolean {
  return /^[\p{Ps}\p{Pi}]$/u.test(segment) || (/^["'＂＇]$/u.test(segment) && before.endsWith(" "));
}
