/** Tells how long each request took, for the figures of a node. */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { isConditionFailure, isThrottling } from "./dynamo-errors.ts";

/** `operation` by its name at DynamoDB, `PutItem`. A condition that does not hold is an answer. */
export type OnRequest = (
  operation: string,
  seconds: number,
  outcome: "answered" | "throttled" | "failed",
) => void;

export function timeRequests(client: DynamoDBClient, onRequest: OnRequest): void {
  client.middlewareStack.add(
    (next, { commandName = "Command" }) =>
      async (request) => {
        const sentAt = performance.now();
        let outcome: Parameters<OnRequest>[2] = "failed";
        try {
          const answer = await next(request);
          outcome = "answered";
          return answer;
        } catch (trouble) {
          if (isConditionFailure(trouble)) outcome = "answered";
          else if (isThrottling(trouble)) outcome = "throttled";
          throw trouble;
        } finally {
          onRequest(commandName.replace(/Command$/, ""), (performance.now() - sentAt) / 1000, outcome);
        }
      },
    { step: "initialize", name: "timeRequests" },
  );
}
