import { isForbidden } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";
import { isTransient } from "../../failure/transient";
import type { Target } from "../credential/target";
import { Patience } from "../http/retry";
import type { RestClient } from "./rest-client";

/** Headers of Get Container Properties that say that blobs in it can be kept from being changed. */
const IMMUTABILITY = ["x-ms-has-immutability-policy", "x-ms-has-legal-hold", "x-ms-immutable-storage-with-versioning-enabled"];

/** What containers allow, asked once for all of their blobs. */
export class ContainerPolicies {
  readonly #asked = new Map<string, Promise<boolean | undefined>>();

  constructor(private readonly client: RestClient) {}

  /** Get Container Properties; undefined where that may not be asked, as with a SAS for blobs alone. */
  async mayBecomeImmutable(container: Target, signal: AbortSignal | undefined): Promise<boolean | undefined> {
    const { url } = container.blob;
    const asked = this.#asked.get(url) ?? this.#ask(container, signal);
    this.#asked.set(url, asked);
    try {
      return await asked;
    } catch (error) {
      // Another blob asks again.
      this.#asked.delete(url);
      if (error instanceof ServiceError && isTransient(error)) return undefined;
      throw error;
    }
  }

  async #ask(container: Target, signal: AbortSignal | undefined): Promise<boolean | undefined> {
    const request = {
      operation: "Get Container Properties",
      method: "GET",
      query: [["restype", "container"]],
      patience: Patience.SHORT,
      repeatable: true,
    } as const;
    try {
      const { headers } = await this.client.send(container, { ...request, signal });
      return IMMUTABILITY.some((name) => headers[name] === "true");
    } catch (error) {
      if (!(error instanceof ServiceError) || isTransient(error)) throw error;
      // A service without this request has no such policies.
      return isForbidden(error) ? undefined : false;
    }
  }
}
