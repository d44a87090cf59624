import { Patience } from "../http/retry";
import type { RestClient } from "../rest/rest-client";
import type { Target } from "../credential/target";

/** Lease Blob. A second try of the same action does the same. */
export class BlobLeases {
  constructor(
    private readonly client: RestClient,
    private readonly target: Target,
  ) {}

  /** `leaseId`: proposed, so that the request can be repeated: a second try acquires the same lease. */
  acquire(leaseId: string, seconds: number, headers: Readonly<Record<string, string>>, signal: AbortSignal | undefined): Promise<void> {
    const acquire = { "x-ms-lease-action": "acquire", "x-ms-lease-duration": String(seconds), "x-ms-proposed-lease-id": leaseId };
    return this.#send({ ...acquire, ...headers }, Patience.SHORT, signal);
  }

  renew(leaseId: string, signal: AbortSignal | undefined): Promise<void> {
    return this.#send({ "x-ms-lease-action": "renew", "x-ms-lease-id": leaseId }, Patience.URGENT, signal);
  }

  release(leaseId: string, signal: AbortSignal | undefined): Promise<void> {
    return this.#send({ "x-ms-lease-action": "release", "x-ms-lease-id": leaseId }, Patience.URGENT, signal);
  }

  /** One that is urgent waits for no place among the requests that a set may have in flight: a lease would expire meanwhile. */
  async #send(headers: Readonly<Record<string, string>>, patience: Patience, signal: AbortSignal | undefined): Promise<void> {
    const request = { operation: "Lease Blob", method: "PUT", patience, repeatable: true } as const;
    await this.client.send(this.target, { ...request, query: [["comp", "lease"]], headers, signal });
  }
}
