import type { Target } from "../credential/target";
import { RetryPolicy } from "../http/retry";
import type { RestClient } from "../rest/rest-client";
import { parseAllTags } from "../rest/xml";

/** Get Blob Tags. */
export function getBlobTags(client: RestClient, target: Target, signal: AbortSignal | undefined): Promise<Record<string, string>> {
  const query = [["comp", "tags"]] as const;
  const request = { operation: "Get Blob Tags", method: "GET", query, retryPolicy: RetryPolicy.SHORT, repeatable: true } as const;
  return client.read(target, { ...request, signal }, parseAllTags);
}
