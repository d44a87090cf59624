import { randomUUID } from "node:crypto";
import type { ContainerRule } from "../../engine/ports/blob-store";
import { isForbidden, isUnknownOperation } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";
import { isTransient } from "../../failure/transient";
import type { Target } from "../credential/target";
import { RetryPolicy } from "../http/retry";
import type { RestClient } from "./rest-client";

/**
 * Headers of Get Container Properties which show that blobs in the container can be protected
 * against changes.
 */
const IMMUTABILITY = ["x-ms-has-immutability-policy", "x-ms-has-legal-hold", "x-ms-immutable-storage-with-versioning-enabled"];

/** Rules of containers, each requested once for all of its blobs. */
export class ContainerPolicies {
  readonly #asked = new Map<string, Promise<ContainerRule>>();

  constructor(private readonly client: RestClient) {}

  /** Get Container Properties. */
  async mayBecomeImmutable(container: Target, signal: AbortSignal | undefined): Promise<ContainerRule> {
    const { url } = container.blob;
    const asked = this.#asked.get(url) ?? this.#ask(container, signal);
    this.#asked.set(url, asked);
    try {
      return await asked;
    } catch (error) {
      // The next blob asks again.
      this.#asked.delete(url);
      if (error instanceof ServiceError && isTransient(error)) return "not told";
      throw error;
    }
  }

  async #ask(container: Target, signal: AbortSignal | undefined): Promise<ContainerRule> {
    const request = {
      operation: "Get Container Properties",
      method: "GET",
      query: [["restype", "container"]],
      retryPolicy: RetryPolicy.SHORT,
      repeatable: true,
    } as const;
    try {
      const { headers } = await this.client.send(container, { ...request, signal });
      // A server that does not know the operation may also answer 200.
      if (headers.etag === undefined && headers["last-modified"] === undefined) return await this.#askOfMarks(container, signal);
      return IMMUTABILITY.some((name) => headers[name] === "true");
    } catch (error) {
      if (!(error instanceof ServiceError) || isTransient(error)) throw error;
      if (isForbidden(error)) return "not told";
      return isUnknownOperation(error) ? this.#askOfMarks(container, signal) : false;
    }
  }

  /**
   * Set Blob Metadata on a name that no blob has. The program removes its marks with this
   * operation, and a server that lacks one operation may also lack this one.
   */
  async #askOfMarks({ blob, ...container }: Target, signal: AbortSignal | undefined): Promise<ContainerRule> {
    const name = randomUUID();
    const target = { ...container, blob: { ...blob, path: `${blob.path}/${name}`, url: `${blob.url}/${name}`, blobName: name } };
    const request = {
      operation: "Set Blob Metadata",
      method: "PUT",
      query: [["comp", "metadata"]],
      retryPolicy: RetryPolicy.SHORT,
    } as const;
    try {
      await this.client.send(target, { ...request, repeatable: true, signal });
      return "not known";
    } catch (error) {
      if (!(error instanceof ServiceError) || isTransient(error)) throw error;
      return isUnknownOperation(error) ? "not known" : false;
    }
  }
}
