/**
 * Every message of the protocol: the schema and the type inferred from it are one declaration.
 * The browser imports only the types of this file (zod stays on the server).
 */
import { z } from "zod";
import {
  MAX_DURATION_SECONDS,
  MAX_FRAME_ID_LENGTH,
  MAX_LABEL_LENGTH,
  MAX_OPTIONS,
  MAX_QUESTION_LENGTH,
  MAX_ROOM_POLLS,
  MAX_TITLE_LENGTH,
  MIN_DURATION_SECONDS,
} from "./limits.ts";
import { REFUSAL_STATUS, type RefusalCode } from "./refusals.ts";
import { count, line, pollIdInput, roomIdInput, safeInteger, sized } from "./schema-parts.ts";

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

/** What a room is called; empty: nothing. */
const roomTitle = z.union([line(MAX_TITLE_LENGTH), z.literal("")]);
/** Body of `POST /api/rooms`: drafts, in the order in which they are to be asked. */
export const createRoomRequest = z.object({
  title: roomTitle.optional(),
  polls: z
    .array(pollText)
    .max(MAX_ROOM_POLLS, sized(`at most ${MAX_ROOM_POLLS} questions`))
    .optional(),
});
export type CreateRoomRequest = z.infer<typeof createRoomRequest>;
/** Body of `POST /api/rooms/:roomId/polls`: a draft, put after `after` or at the end. */
export const addPollRequest = pollText.extend({ after: pollIdInput.optional() });
/** Body of `POST /api/rooms/:roomId/go`: everybody moves to this question, and it opens unless `open: false`. */
export const goRequest = z.object({ pollId: pollIdInput, open: z.boolean().optional() });
/** Body of `PATCH /api/rooms/:roomId`. `polls`: the same questions in another order. */
export const rewriteRoomRequest = z.object({
  title: roomTitle.optional(),
  polls: z.array(pollIdInput).max(MAX_ROOM_POLLS, sized()).optional(),
});
export type RewriteRoomRequest = z.infer<typeof rewriteRoomRequest>;

/** What is wrong with them is for whoever signs up to hear; here they are only kept from being huge. */
const emailText = z.string().max(320, sized());
const passwordText = z.string().max(1_000, sized());
/** Body of `POST /api/accounts` and of `POST /api/login`. */
export const credentials = z.object({ email: emailText, password: passwordText });
export const logoutRequest = z.object({ everywhere: z.boolean().optional() });
export const changePasswordRequest = z.object({ password: passwordText, newPassword: passwordText });
export const deleteAccountRequest = z.object({ password: passwordText });

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
  clientFrame(
    "JOIN_ROOM",
    z.object({
      roomId: roomIdInput,
      hostKey: z.string().max(128, sized()).optional(),
    }),
  ),
  clientFrame("LEAVE_ROOM", z.object({ roomId: roomIdInput })),
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
  /** The room it is asked in; absent for a poll alone. */
  roomId: z.string().optional(),
  /** The poll that asked the same before, to compare with; absent for a first time. */
  previousId: z.string().optional(),
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
  /** Browsers that have been here at some time, whether or not they still are: about 1 % exact in a large hall. */
  joinedCount: count,
  /** Nothing will change the votes any more. A closed poll that is not final yet is still counting. */
  final: z.boolean(),
});
export type ResultsUpdate = z.infer<typeof resultsUpdateData>;

/** A room as one of its visitors may see it. A newer one has a greater `seq`; what is not newer is dropped. */
export const roomUpdateData = z.object({
  roomId: z.string(),
  title: z.string(),
  /** The question everybody is at, `null` before the first. */
  current: z.string().nullable(),
  /** In order. A host sees all; everybody else those that have been asked, so that nobody reads ahead. */
  polls: z.array(z.object({ pollId: z.string(), question: z.string(), asked: z.boolean() })),
  /** Place of `current` among all questions, from 1; `null` without one. */
  position: count.nullable(),
  total: count,
  seq: safeInteger,
  serverTime: z.int(),
  host: z.boolean(),
});
export type RoomUpdate = z.infer<typeof roomUpdateData>;

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

export const refusalData = z.object({
  code: z.enum(Object.keys(REFUSAL_STATUS) as [RefusalCode, ...RefusalCode[]]),
  message: z.string(),
  pollId: z.string().optional(),
  roomId: z.string().optional(),
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
  serverFrame("ROOM_UPDATE", roomUpdateData),
  serverFrame("ROOM_SYSTEM", z.object({ roomId: z.string(), event: z.literal("removed") })),
  serverFrame("RECONNECT", z.object({ afterMs: z.int() })),
  serverFrame("ERROR", refusalData),
  serverFrame("PONG", z.object({ serverTime: z.int() })),
]);
export type ServerMessage = z.infer<typeof serverMessage>;

/** What `GET /api/polls/:pollId` and every host action answer. */
export const pollView = z.object({ poll: pollUpdateData, results: resultsUpdateData });
export type PollView = z.infer<typeof pollView>;

/** What `GET /api/rooms/:roomId` and every step of its host answer: the room, and the question it is at. */
export const roomView = z.object({ room: roomUpdateData, view: pollView.nullable() });
export type RoomView = z.infer<typeof roomView>;
