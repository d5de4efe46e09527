/**
 * Every message of the protocol: the schema and the type inferred from it are one declaration.
 * The browser imports only the types of this file (zod stays on the server).
 */
import { z } from "zod";
import { parsePollId } from "./ids.ts";
import {
  MAX_DURATION_SECONDS,
  MAX_FRAME_ID_LENGTH,
  MAX_LABEL_LENGTH,
  MAX_OPTIONS,
  MAX_QUESTION_LENGTH,
  MIN_DURATION_SECONDS,
} from "./limits.ts";
import { REFUSAL_STATUS, type RefusalCode } from "./refusals.ts";

export const pollKind = z.enum(["single", "multiple", "rating"]);
export const resultsVisibility = z.enum(["live", "afterVote", "afterClose"]);
export const pollStatus = z.enum(["draft", "open", "closed"]);
export const pollDurability = z.enum(["replicated", "ledger"]);
/** Where an acknowledged ballot is safe. */
export const ballotDurability = z.enum(["replicated", "ledger", "embedded", "primary"]);
export const systemEvent = z.enum(["opened", "closed", "extended", "hidden", "revealed", "removed"]);

export type PollKind = z.infer<typeof pollKind>;
export type ResultsVisibility = z.infer<typeof resultsVisibility>;
export type PollStatus = z.infer<typeof pollStatus>;
export type BallotDurability = z.infer<typeof ballotDurability>;
export type SystemEvent = z.infer<typeof systemEvent>;

/**
 * zod asks everything for its `length` and compares it, before it knows whether that is text or a list at all. What
 * `{"length":{"toString":1,"valueOf":1}}` answers cannot be compared: zod throws, and one such frame ended a node.
 */
const sized = (error?: string) => ({
  ...(error !== undefined && { error }),
  when: ({ value }: { readonly value: unknown }) => typeof value === "string" || Array.isArray(value),
});

/** A join code as a person types it; comes out canonical. */
export const pollIdInput = z
  .string()
  .max(64, sized())
  .transform((input, context) => {
    const pollId = parsePollId(input);
    if (pollId) return pollId;
    context.addIssue({
      code: "custom",
      message: "is not a join code; it has 8 letters and digits, like ABCD-1234",
    });
    return z.NEVER;
  });

/** Lone surrogates cannot be stored or sent as UTF-8; control characters have no place in a line of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;
const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1, sized("must not be empty"))
    .max(max, sized(`must have at most ${max} characters`))
    .refine(
      (text) => text.isWellFormed() && !CONTROL.test(text),
      "must be plain text without control characters",
    );

const optionLabel = line(MAX_LABEL_LENGTH);

export const pollSettings = z.object({
  allowChange: z.boolean(),
  resultsVisibility,
  durability: pollDurability,
  maxChoices: z.int().min(1).max(MAX_OPTIONS).optional(),
});
export type PollSettings = z.infer<typeof pollSettings>;

const durationSeconds = z.int().min(MIN_DURATION_SECONDS).max(MAX_DURATION_SECONDS);

/** The text of a poll as a host writes it. Rules that need several fields are in `app/poll-text`. */
export const pollText = z.object({
  question: line(MAX_QUESTION_LENGTH),
  options: z
    .array(z.union([optionLabel, z.object({ label: optionLabel }).transform((option) => option.label)]))
    .max(MAX_OPTIONS, sized(`at most ${MAX_OPTIONS} options`))
    .optional(),
  kind: pollKind.optional(),
  durationSeconds: durationSeconds.optional(),
  settings: pollSettings.partial().optional(),
});
export type PollText = z.infer<typeof pollText>;

export const createPollRequest = pollText.extend({ open: z.boolean().optional() });
export const rewritePollRequest = pollText.partial();
export const extendPollRequest = z.object({ seconds: z.int().min(1).max(MAX_DURATION_SECONDS) });
export type CreatePollRequest = z.infer<typeof createPollRequest>;
export type RewritePollRequest = z.infer<typeof rewritePollRequest>;

/** What is wrong with them is for whoever signs up to hear; here they are only kept from being huge. */
const emailText = z.string().max(320, sized());
const passwordText = z.string().max(1_000, sized());
/** Body of `POST /api/accounts` and of `POST /api/login`. */
export const credentials = z.object({ email: emailText, password: passwordText });
export const logoutRequest = z.object({ everywhere: z.boolean().optional() });
export const changePasswordRequest = z.object({ password: passwordText, newPassword: passwordText });
export const deleteAccountRequest = z.object({ password: passwordText });

const safeInteger = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const optionId = z.string().min(1, sized()).max(16, sized());

const ballot = z.object({
  optionId: optionId.optional(),
  optionIds: z
    .array(optionId)
    .min(1, sized("choose at least one option"))
    .max(MAX_OPTIONS, sized())
    .optional(),
  revision: safeInteger.optional(),
});
const oneChoice = (data: { optionId?: string | undefined; optionIds?: string[] | undefined }) =>
  (data.optionId === undefined) !== (data.optionIds === undefined);
const ONE_CHOICE = { message: "give either optionId or optionIds", path: ["optionId"] };

/** Body of `POST /api/polls/:pollId/votes`. */
export const castVoteRequest = ballot.refine(oneChoice, ONE_CHOICE);
export type CastVoteRequest = z.infer<typeof castVoteRequest>;

const frameId = z.string().max(MAX_FRAME_ID_LENGTH, sized()).optional();
const clientFrame = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), data, id: frameId });

export const clientMessage = z.discriminatedUnion("type", [
  clientFrame(
    "JOIN_POLL",
    z.object({
      pollId: pollIdInput,
      hostKey: z.string().max(128, sized()).optional(),
    }),
  ),
  clientFrame("LEAVE_POLL", z.object({ pollId: pollIdInput })),
  clientFrame("CAST_VOTE", ballot.extend({ pollId: pollIdInput.optional() }).refine(oneChoice, ONE_CHOICE)),
  clientFrame("PING", z.object({}).optional()),
]);
export type ClientMessage = z.infer<typeof clientMessage>;
/** What a client writes: the same before join codes are made canonical. */
export type ClientFrame = z.input<typeof clientMessage>;

/** Body of `PUT /api/session/:category`: any JSON, and the version it is written over (0: there must be none). */
export const writeSessionRequest = z.object({
  data: z.unknown().refine((data) => data !== undefined, "must be there"),
  version: safeInteger.optional(),
});

const choice = z.array(z.string()).readonly();
const count = z.int().min(0);

export const pollUpdateData = z.object({
  pollId: z.string(),
  question: z.string(),
  kind: pollKind,
  options: z.array(z.object({ optionId: z.string(), label: z.string() })).max(MAX_OPTIONS),
  settings: pollSettings,
  status: pollStatus,
  closesAt: z.int().nullable(),
  /** Whole seconds; `null` for a draft, which has not begun. */
  remainingTime: z.int().min(0).nullable(),
  serverTime: z.int(),
  participantCount: count,
  epoch: safeInteger,
  version: safeInteger,
  yourVote: choice.nullable(),
  host: z.boolean(),
  /** Who may see results now: the setting, or what the host made of it by hiding (`hidden`) or revealing (`live`). */
  visibility: z.enum([...resultsVisibility.options, "hidden"]),
});
export type PollUpdate = z.infer<typeof pollUpdateData>;
export type Visibility = PollUpdate["visibility"];

export const resultsUpdateData = z.object({
  pollId: z.string(),
  epoch: safeInteger,
  version: safeInteger,
  /** `null` while hidden from this audience. `percentage` is 0–100 with one decimal, of participants. */
  results: z.array(z.object({ optionId: z.string(), votes: count, percentage: z.number() })).nullable(),
  totalVotes: count.nullable(),
  /** Mean of a rating, two decimals; absent for other kinds, while hidden and before the first ballot. */
  average: z.number().optional(),
  participantCount: count,
  viewerCount: count,
  /** Nothing will change the votes any more. A closed poll that is not final yet is still counting. */
  final: z.boolean(),
});
export type ResultsUpdate = z.infer<typeof resultsUpdateData>;

export const voteAcceptedData = z.object({
  pollId: z.string(),
  optionIds: choice,
  revision: safeInteger,
  durability: ballotDurability,
  repeated: z.boolean(),
});
export type VoteAccepted = z.infer<typeof voteAcceptedData>;

export const votePendingData = z.object({
  pollId: z.string(),
  optionIds: choice,
  revision: safeInteger,
  retryAfterMs: z.int(),
});
export type VotePending = z.infer<typeof votePendingData>;

export const refusalData = z.object({
  code: z.enum(Object.keys(REFUSAL_STATUS) as [RefusalCode, ...RefusalCode[]]),
  message: z.string(),
  pollId: z.string().optional(),
  yourVote: choice.optional(),
  retryAfterMs: z.int().optional(),
  version: safeInteger.optional(),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .readonly()
    .optional(),
});

const serverFrame = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), data, id: frameId });

export const serverMessage = z.discriminatedUnion("type", [
  serverFrame("HELLO", z.object({ protocol: z.int(), node: z.string(), serverTime: z.int() })),
  serverFrame("POLL_UPDATE", pollUpdateData),
  serverFrame("RESULTS_UPDATE", resultsUpdateData),
  serverFrame("VOTE_ACCEPTED", voteAcceptedData),
  serverFrame("VOTE_PENDING", votePendingData),
  serverFrame("POLL_SYSTEM", z.object({ pollId: z.string(), event: systemEvent })),
  serverFrame("RECONNECT", z.object({ afterMs: z.int() })),
  serverFrame("ERROR", refusalData),
  serverFrame("PONG", z.object({ serverTime: z.int() })),
]);
export type ServerMessage = z.infer<typeof serverMessage>;

/** What `GET /api/polls/:pollId` and every host action answer. */
export const pollView = z.object({ poll: pollUpdateData, results: resultsUpdateData });
export type PollView = z.infer<typeof pollView>;
