import type { HttpAnswer } from "../http/exchange";
import { RetryPolicy } from "../http/retry";
import { errorFromBareAnswer } from "../rest/error-response";
import type { RestClient } from "../rest/rest-client";
import type { Target } from "../credential/target";

const OPERATION = "Lease Blob";

/** Lease Blob. Repeating an action has the same effect as doing it once. */
export class BlobLeases {
  constructor(
    private readonly client: RestClient,
    private readonly target: Target,
  ) {}

  /**
   * `leaseId` is proposed by this program, so that the request can be repeated: a second try
   * acquires the same lease.
   */
  async acquire(
    leaseId: string,
    seconds: number,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const acquire = { "x-ms-lease-action": "acquire", "x-ms-lease-duration": String(seconds), "x-ms-proposed-lease-id": leaseId };
    const answer = await this.#send({ ...acquire, ...headers }, RetryPolicy.SHORT, signal);
    if (answer.headers["x-ms-lease-id"] !== undefined) return;
    const { side, blob } = this.target;
    throw errorFromBareAnswer({ side, operation: OPERATION, url: blob.url, writes: true }, "x-ms-lease-id");
  }

  async renew(leaseId: string, signal: AbortSignal | undefined): Promise<void> {
    await this.#send({ "x-ms-lease-action": "renew", "x-ms-lease-id": leaseId }, RetryPolicy.URGENT, signal);
  }

  async release(leaseId: string, signal: AbortSignal | undefined): Promise<void> {
    await this.#send({ "x-ms-lease-action": "release", "x-ms-lease-id": leaseId }, RetryPolicy.URGENT, signal);
  }

  /**
   * Urgent requests do not wait for a place among the requests that a set may have in flight,
   * because the lease would expire meanwhile.
   */
  #send(headers: Readonly<Record<string, string>>, retryPolicy: RetryPolicy, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    const request = { operation: OPERATION, method: "PUT", retryPolicy, repeatable: true } as const;
    return this.client.send(this.target, { ...request, query: [["comp", "lease"]], headers, signal });
  }
}
