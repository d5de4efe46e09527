/** What DynamoDB and the way to it answer instead of an answer. */
import { ConditionalCheckFailedException, DynamoDBServiceException } from "@aws-sdk/client-dynamodb";

/** Part of a batch was put back: the same as throttling, for the rest of it. */
export class Unprocessed extends Error {
  constructor(count: number) {
    super(`${count} of a batch were not processed`);
    this.name = "Unprocessed";
  }
}

const THROTTLED = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
]);

/** Connections that were idle for too long, or cut: a new one may be had at once. A refused one is not among them. */
const CUT = /ECONNRESET|EPIPE|ECONNABORTED|ConnectionClosed|socket (hang up|connection was closed)/i;

export function isConditionFailure(trouble: unknown): boolean {
  return trouble instanceof ConditionalCheckFailedException;
}

/** The service is there and says so: it wants less. */
export function isThrottling(trouble: unknown): boolean {
  return trouble instanceof DynamoDBServiceException && THROTTLED.has(trouble.name);
}

/** Whether asking again soon is likely to help. */
export function isPassing(trouble: unknown): boolean {
  if (trouble instanceof Unprocessed) return true;
  if (trouble instanceof DynamoDBServiceException) {
    return THROTTLED.has(trouble.name) || (trouble.$metadata.httpStatusCode ?? 0) >= 500;
  }
  if (!(trouble instanceof Error)) return false;
  return trouble.name === "TimeoutError" || CUT.test(`${codeOf(trouble)} ${trouble.message}`);
}

/**
 * What may be logged of it. A validation error repeats values, which may be ballots, and the SDK's errors carry the whole
 * exchange with them.
 */
export function causeOf(trouble: unknown): Error {
  if (trouble instanceof DynamoDBServiceException) {
    const { name, message, $metadata } = trouble;
    const said = /Validation|Serialization/.test(name) ? "" : ` ${message}`;
    return new Error(`${name} (${$metadata.httpStatusCode ?? "no status"}, ${$metadata.requestId})${said}`);
  }
  if (!(trouble instanceof Error)) return new Error(String(trouble));
  return new Error([trouble.name, codeOf(trouble), trouble.message].filter(Boolean).join(" "));
}

function codeOf(trouble: Error): string {
  return "code" in trouble ? String(trouble.code) : "";
}
