/** Sizes and rates both ends obey. Characters are Unicode code points, as JSON Schema counts them. */

export const PROTOCOL_VERSION = 1;

export const MAX_FRAME_BYTES = 16 * 1024;
export const MAX_BODY_BYTES = 16 * 1024;
/** A new room with fifty questions as long as they may be, in any script. */
export const MAX_ROOM_BODY_BYTES = 640 * 1024;
export const MAX_FRAME_ID_LENGTH = 64;

export const MAX_QUESTION_LENGTH = 300;
export const MAX_LABEL_LENGTH = 120;
export const MIN_OPTIONS = 2;
export const MAX_OPTIONS = 20;
/** A rating is 1 to 5; its options are made by the server. */
export const RATING_STEPS = 5;

export const MAX_TITLE_LENGTH = 120;
/** Questions in one room. */
export const MAX_ROOM_POLLS = 50;

export const MIN_DURATION_SECONDS = 10;
export const DEFAULT_DURATION_SECONDS = 60 * 60;
export const MAX_DURATION_SECONDS = 30 * 24 * 60 * 60;

/** Polls one socket may have joined at the same time. */
export const MAX_JOINED_POLLS = 32;
/** Rooms one socket may have joined at the same time; the question a room is at is one of its polls. */
export const MAX_JOINED_ROOMS = 8;

/** How long after `closesAt` a ballot that was already on its way still counts (ms). */
export const GRACE_MS = 1_000;
