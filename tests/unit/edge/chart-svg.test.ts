import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Poll } from "../../../server/app/poll.ts";
import { pollView } from "../../../server/app/snapshot.ts";
import { chartSvg } from "../../../server/edge/chart-svg.ts";
import { widthOf, wrapText } from "../../../server/edge/wrap-text.ts";
import { formatJoinCode } from "../../../shared/ids.ts";
import {
  closedControl,
  type DefinitionParts,
  definitionOf,
  NOON,
  openControl,
  pollOf,
} from "../../support/fixtures.ts";

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** Reads XML of elements, attributes and text, as strictly as the standard has it; throws where it is none. */
function parseXml(xml: string): Element[] {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(xml))
    throw new Error("No such character.");
  const seen: Element[] = [];
  const open: Element[] = [];
  for (const [token, text] of xml.trim().matchAll(/<[^>]*>|([^<]+)/g)) {
    if (text !== undefined) {
      if (text.includes("]]>") || text.includes(">")) throw new Error(`Not text: ${text}`);
      const inside = open.at(-1);
      if (inside) inside.text += plain(text);
      continue;
    }
    const [, closing, name = "", written = "", alone] =
      /^<(\/?)(\w+)((?: [\w:-]+="[^"<]*")*)(\/?)>$/.exec(token) ?? [];
    if (!name) throw new Error(`Not a tag: ${token}`);
    if (closing) {
      if (open.pop()?.name !== name) throw new Error(`Not open: ${token}`);
      continue;
    }
    const attributes = [...written.matchAll(/ ([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [
      key,
      plain(value ?? ""),
    ]);
    const element = { name, attributes: Object.fromEntries(attributes), text: "" };
    seen.push(element);
    if (!alone) open.push(element);
  }
  if (open.length > 0) throw new Error("Something is still open.");
  return seen;
}

function plain(text: string): string {
  return text.replace(/&(\w*);?/g, (entity, name) => {
    const letter = NAMED[name];
    if (letter === undefined || !entity.endsWith(";")) throw new Error(`No such entity: ${entity}`);
    return letter;
  });
}

interface Drawn {
  readonly poll: Poll;
  readonly elements: readonly Element[];
}

function draw(
  parts: DefinitionParts & { labels?: readonly string[] },
  votes: readonly number[],
  closed = true,
): Drawn {
  const { labels = [], ...rest } = parts;
  const definition = definitionOf({ optionCount: votes.length, ...rest });
  const options = definition.options.map((option, at) => ({ ...option, label: labels[at] ?? option.label }));
  const control = closed ? closedControl(openControl(definition), NOON + 60_000) : openControl(definition);
  const poll = pollOf({ ...definition, options }, control, votes);
  return {
    poll,
    elements: parseXml(chartSvg(pollView(poll, { host: true, yourVote: null }, NOON), control)),
  };
}

const textsOf = ({ elements }: Drawn) =>
  elements.filter(({ name }) => name === "text").map(({ text }) => text);
const partOf = ({ elements }: Drawn, part: string) => elements.find(({ name }) => name === part)?.text;

describe("the chart as a picture", () => {
  test("[H20] it has the question, each option with its votes and percent, the code and the date", () => {
    const drawn = draw({ labels: ["Sushi", "Ramen"] }, [3, 1]);
    const { pollId } = drawn.poll.definition;
    expect(textsOf(drawn).slice(0, 7)).toEqual(["Tea or coffee?", "Sushi", "3", "75%", "Ramen", "1", "25%"]);
    const foot = textsOf(drawn).slice(7).join(" · ");
    for (const part of ["Final results", "4 voted", "Jun 1, 2026, 12:01 UTC", formatJoinCode(pollId)]) {
      expect(foot).toContain(part);
    }
    expect(partOf(drawn, "title")).toBe("Tea or coffee?");
    expect(partOf(drawn, "desc")).toContain("Sushi: 3 votes, 75%. Ramen: 1 vote, 25%.");
  });

  test("[H20] bars are as long as their share of the room for bars", () => {
    const { elements } = draw({}, [600_000, 400_000, 0]);
    const bars = elements
      .filter(({ attributes }) => attributes.rx)
      .map(({ attributes }) => Number(attributes.width));
    const [whole = 0] = bars;
    // Each has its track; without a vote there is nothing on it.
    expect(bars).toHaveLength(5);
    expect((bars[1] ?? 0) / whole).toBeCloseTo(0.6, 2);
    expect((bars[3] ?? 0) / whole).toBeCloseTo(0.4, 2);
  });

  test.each([2, 5, 20])(
    "[H20] %d options with long labels, none of them over the edge or over another",
    (count) => {
      const labels = Array.from({ length: count }, (_, at) =>
        `${at} ${"Wide Words mmm ".repeat(7)}`.slice(0, 120),
      );
      for (const votes of [0, 1, 50_000, 1_000_000]) {
        const { elements } = draw({ labels }, Array(count).fill(votes));
        const height = Number(elements[0]?.attributes.height);
        const lines = elements.filter(({ name }) => name === "text");
        const baselines = lines.map(({ attributes }) => Number(attributes.y));
        expect(baselines.toSorted((a, b) => a - b)).toEqual(baselines);
        expect(Math.max(...baselines)).toBeLessThan(height);
        for (const { attributes, text } of lines) {
          const wide = widthOf(text, Number(attributes["font-size"]));
          const x = Number(attributes.x);
          expect(attributes["text-anchor"] === "end" ? x - wide : 1200 - x - wide).toBeGreaterThanOrEqual(0);
        }
      }
    },
  );

  test("[H20] a question from right to left has the whole picture that way", () => {
    const { elements } = draw({ question: "ما هو أفضل وقت؟", labels: ["صباح", "Monday"] }, [3, 1]);
    const [question, arabic, votes, , latin] = elements.filter(({ name }) => name === "text");
    expect(question?.attributes).toMatchObject({ x: "1144", direction: "rtl", "text-anchor": "start" });
    expect(arabic?.attributes).toMatchObject({ x: "1144", direction: "rtl", "text-anchor": "start" });
    expect(latin?.attributes).toMatchObject({ x: "1144", "text-anchor": "end" });
    expect(Number(votes?.attributes.x)).toBeLessThan(400);
  });

  test("[H20][U3] any text is text, and the picture well-formed", () => {
    const label = fc.string({
      unit: fc.oneof(
        fc.constantFrom(..."<>&\"']]>\0￾﻿\ud800\n "),
        fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
      ),
      maxLength: 40,
    });
    fc.assert(
      fc.property(label, fc.array(label, { minLength: 2, maxLength: 4 }), (question, labels) => {
        const drawn = draw(
          { question, labels },
          labels.map((_, at) => at),
        );
        expect(new Set(drawn.elements.map(({ name }) => name))).toEqual(
          new Set(["svg", "title", "desc", "rect", "text"]),
        );
        const visible = (text: string) =>
          text.replace(/[^\u0021-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}\s]/gu, "\ufffd").replace(/\s/gu, "");
        expect(textsOf(drawn).join("").replace(/\s/gu, "")).toStartWith(visible(question));
      }),
      { numRuns: 300 },
    );
  });
});

describe("lines of text", () => {
  test("[H20] nothing is lost, and only a single letter may be wider than the line", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 120 }),
        fc.integer({ min: 60, max: 900 }),
        (text, width) => {
          const lines = wrapText(text, width, 28);
          expect(lines.join("").replace(/\s/gu, "")).toBe(text.replace(/\s/gu, ""));
          for (const line of lines) {
            const letters = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(line)]
              .length;
            if (letters > 1) expect(widthOf(line, 28)).toBeLessThanOrEqual(width + 1e-6);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("[H20] lines end between words, a quotation mark stays with its word, and Japanese needs no spaces", () => {
    expect(wrapText('Which of these do you call "good food"?', 300, 28)).toEqual([
      "Which of these do",
      'you call "good',
      'food"?',
    ]);
    const lines = wrapText("今日の発表で一番役に立った話題はどれでしたか？", 300, 28);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.filter((line) => /^[？、。]/.test(line))).toEqual([]);
  });
});
