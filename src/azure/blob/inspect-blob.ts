import type { BlobProperties } from "../../engine/ports/blob-properties";
import { asListed } from "../../engine/ports/as-listed";
import { isAbsent, lacksAnyKey, needsAnotherKey } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";
import type { Target } from "../credential/target";
import { type HttpAnswer, notOfTheService } from "../http/exchange";
import { RetryPolicy } from "../http/retry";
import { containerOf, listBlobs } from "../rest/listing/list-blobs";
import { keyHeaders } from "../rest/request-headers";
import { blobProperties } from "../rest/response-headers";
import type { RestClient } from "../rest/rest-client";

export interface ReadOptions {
  /** Headers of the destination's lease. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Get Blob Properties; undefined if the blob does not exist. The service refuses a request without
 * the blob's encryption key: then the blob is found in a listing, which shows everything except its
 * metadata. It also refuses a key for a blob that has none: then the request is repeated without
 * the key.
 */
export async function inspectBlob(client: RestClient, target: Target, look: ReadOptions): Promise<BlobProperties | undefined> {
  const { encryptionKey } = target;
  try {
    return blobProperties(await getBlobProperties(client, target, look, keyHeaders(encryptionKey)), encryptionKey);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (needsAnotherKey(error)) return findInListing(client, target, look, error);
    if (encryptionKey === undefined || !lacksAnyKey(error)) throw error;
  }
  return blobProperties(await getBlobProperties(client, target, look, {}), encryptionKey);
}

function getBlobProperties(
  client: RestClient,
  target: Target,
  { headers, signal }: ReadOptions,
  key: Readonly<Record<string, string>>,
): Promise<HttpAnswer> {
  const request = { operation: "Get Blob Properties", method: "HEAD", retryPolicy: RetryPolicy.SHORT, repeatable: true } as const;
  return client.send(target, { ...request, headers: { ...headers, ...key }, signal, check: requireBlob });
}

/**
 * The service and its emulators return at least one of these headers for a blob.
 *
 * @throws NoAnswer for any other response, such as a proxy's sign-in page
 */
export function requireBlob(_body: string, { headers }: HttpAnswer): void {
  if (headers.etag !== undefined || headers["x-ms-blob-type"] !== undefined || headers["x-ms-type"] !== undefined) return;
  throw notOfTheService();
}

/**
 * List Blobs. Names are listed in order, so the blob comes before all others that have its name as
 * a prefix. If the listing is refused, `why` is thrown: the reason why the blob itself could not be
 * inspected says more.
 */
async function findInListing(
  client: RestClient,
  target: Target,
  { signal }: ReadOptions,
  why: unknown,
): Promise<BlobProperties | undefined> {
  const { blobName } = target.blob;
  const details = { headers: true, metadata: true, copy: true, shown: true, protection: true };
  const request = { prefix: blobName, details, pageSize: 1, readsAhead: false, ...(signal === undefined ? {} : { signal }) };
  try {
    for await (const [first] of listBlobs(client, containerOf(target), request)) {
      if (first !== undefined) return first.name === blobName ? asListed(first) : undefined;
    }
    return undefined;
  } catch (error) {
    throw error instanceof ServiceError ? why : error;
  }
}
