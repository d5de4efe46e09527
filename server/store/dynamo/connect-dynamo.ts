/** The connection to DynamoDB, or to anything that speaks like it. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

export interface DynamoSettings {
  readonly table: string;
  /** `http://127.0.0.1:8000`; `null`: AWS itself. */
  readonly endpoint: string | null;
  /** `null`: as the SDK finds it. */
  readonly region: string | null;
}

/** A stand-in asks for credentials of any kind, and DynamoDB Local keeps a database for each: so all use the same. */
const STAND_IN = { accessKeyId: "local", secretAccessKey: "local" };
const STAND_IN_REGION = "us-east-1";

/** Twice the writes that may be in flight: reads, beats and steps of the host never wait for a socket. */
const MAX_SOCKETS = 128;
/** To an address in the same region it takes a few milliseconds, or a lost packet and a second. */
const CONNECT_MS = 300;

/**
 * A client that tries each request once and gives it up for good after `requestMs`: what is given up must not be sent
 * later, by a retry that nobody knows of.
 */
export function connectDynamo({ endpoint, region }: DynamoSettings, requestMs: number): DynamoDBClient {
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
  return new DynamoDBClient({
    ...(endpoint
      ? { endpoint, region: region ?? STAND_IN_REGION, credentials: STAND_IN }
      : { ...(region && { region }) }),
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: requestMs,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
}
