import type { Renew, SasGrant } from "../../engine/ports/credential-holder";
import type { WriteResult } from "../../engine/ports/requests";
import { isGone, lacksAnyKey } from "../../failure/service-codes";
import type { ServiceError } from "../../failure/service-error";
import { defined } from "../../util/defined";
import type { Target } from "../credential/target";
import type { HttpAnswer } from "../http/exchange";
import { RetryPolicy } from "../http/retry";
import { errorFromBareAnswer } from "../rest/error-response";
import { keyHeaders } from "../rest/request-headers";
import { writeResult } from "../rest/response-headers";
import type { RestClient, RestRequest } from "../rest/rest-client";

type Put = Omit<RestRequest, "method" | "repeatable"> & { readonly repeatable?: boolean };

/** Shared parts of all requests to one blob: its credential, lease and encryption key. */
export abstract class BlobRequests {
  constructor(
    protected readonly client: RestClient,
    protected readonly target: Target,
    protected readonly leaseId: string | undefined,
  ) {}

  get url(): string {
    return this.target.blob.url;
  }

  get sasGrant(): SasGrant | undefined {
    return this.target.credential.sasGrant;
  }

  get credentialExpiresOn(): Date | undefined {
    return this.target.credential.expiresOn;
  }

  get renewCredential(): Renew | undefined {
    return this.target.credential.renew;
  }

  protected get lease(): Record<string, string> {
    return defined({ "x-ms-lease-id": this.leaseId });
  }

  protected get key(): Record<string, string> {
    return keyHeaders(this.target.encryptionKey);
  }

  /**
   * For a blob that existed before, perhaps written without the key that is declared now. If the
   * service refuses the key, the request is repeated without it.
   */
  protected async putWithKey(put: Put): Promise<HttpAnswer> {
    try {
      return await this.put({ ...put, headers: { ...put.headers, ...this.key } });
    } catch (error) {
      if (this.target.encryptionKey === undefined || !lacksAnyKey(error)) throw error;
      return this.put(put);
    }
  }

  /**
   * A response without an ETag does not show what was written. It counts as a lost response, so
   * that the blob is inspected.
   */
  protected written(operation: string, answer: HttpAnswer): WriteResult {
    const result = writeResult(answer);
    if (result.etag === "") throw this.bareAnswer(operation, "ETag");
    return result;
  }

  protected bareAnswer(operation: string, lacking: string): ServiceError {
    return errorFromBareAnswer({ side: this.target.side, operation, url: this.url, writes: true }, lacking);
  }

  /** For operations that do not accept a lease id. */
  protected async protect(request: Pick<RestRequest, "operation" | "query" | "headers" | "signal">): Promise<void> {
    await this.client.send(this.target, { ...request, method: "PUT", retryPolicy: RetryPolicy.SHORT, repeatable: true });
  }

  protected put(put: Put): Promise<HttpAnswer> {
    return this.client.send(this.target, { repeatable: true, ...put, headers: { ...put.headers, ...this.lease }, method: "PUT" });
  }

  protected async delete(query: RestRequest["query"], headers: Record<string, string>, signal: AbortSignal | undefined): Promise<void> {
    try {
      const request = { operation: "Delete Blob", method: "DELETE", retryPolicy: RetryPolicy.SHORT, repeatable: true } as const;
      await this.client.send(this.target, { ...request, query, headers, signal });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}
