/** From what a host wrote to a definition: the rules that need more than one field. */
import { optionIdAt } from "../../shared/ids.ts";
import { DEFAULT_DURATION_SECONDS, MIN_OPTIONS, RATING_STEPS } from "../../shared/limits.ts";
import type { PollKind, PollSettings, PollText } from "../../shared/messages.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import type { PollDefinition } from "./poll.ts";

/** The parts of a definition that the host writes. */
export type WrittenPoll = Omit<PollDefinition, "pollId" | "hostKeyHash" | "createdAt">;

/** Completes a host's text with defaults and numbers its options; or says what does not fit together. */
export function writePoll(text: PollText): WrittenPoll | Refusal {
  const kind = text.kind ?? "single";
  const labels = labelsOf(kind, text.options);
  if ("code" in labels) return labels;
  const settings = settingsOf(kind, text.settings ?? {}, labels.length);
  if ("code" in settings) return settings;
  return {
    question: text.question,
    kind,
    options: labels.map((label, index) => ({ optionId: optionIdAt(index), label })),
    settings,
    durationSeconds: text.durationSeconds ?? DEFAULT_DURATION_SECONDS,
  };
}

/** The text a draft has now, in the form a host writes it, so that a rewrite can change only some fields. */
export function textOf(definition: PollDefinition): PollText {
  const { question, kind, settings, durationSeconds } = definition;
  const written = { question, kind, settings, durationSeconds };
  return kind === "rating" ? written : { ...written, options: definition.options.map(({ label }) => label) };
}

function labelsOf(kind: PollKind, options: readonly string[] | undefined): readonly string[] | Refusal {
  if (kind === "rating") {
    if (options?.length)
      return invalid("options", "A rating has no options of its own; it is always 1 to 5.");
    return Array.from({ length: RATING_STEPS }, (_, index) => String(index + 1));
  }
  const labels = options ?? [];
  if (labels.length < MIN_OPTIONS) return invalid("options", `A poll needs at least ${MIN_OPTIONS} options.`);
  const repeated = labels.findIndex((label, index) => labels.indexOf(label) !== index);
  if (repeated >= 0)
    return invalid(`options.${repeated}`, "Two options have the same label; make them different.");
  return labels;
}

function settingsOf(
  kind: PollKind,
  wanted: { readonly [Key in keyof PollSettings]?: PollSettings[Key] | undefined },
  optionCount: number,
): PollSettings | Refusal {
  const { maxChoices } = wanted;
  if (maxChoices !== undefined && kind !== "multiple") {
    return invalid("settings.maxChoices", "Only a poll of kind multiple has maxChoices.");
  }
  if (maxChoices !== undefined && maxChoices > optionCount) {
    return invalid("settings.maxChoices", `There are only ${optionCount} options to choose from.`);
  }
  return {
    allowChange: wanted.allowChange ?? false,
    resultsVisibility: wanted.resultsVisibility ?? "live",
    durability: wanted.durability ?? "replicated",
    ...(kind === "multiple" && { maxChoices: maxChoices ?? optionCount }),
  };
}

function invalid(path: string, message: string): Refusal {
  return refuse("BAD_MESSAGE", message, { errors: [{ path, message }] });
}
