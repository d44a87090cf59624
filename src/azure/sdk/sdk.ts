import {
  AnonymousCredential,
  BlobServiceClient,
  ContainerClient,
  PageBlobClient,
  type Pipeline,
  SASProtocol,
  BlobSASPermissions,
  StorageSharedKeyCredential,
  type UserDelegationKey,
  generateBlobSASQueryParameters,
  newPipeline,
} from "@azure/storage-blob";
import type { ByteRange, SnapshotReference } from "../../engine/ports/blob-store";
import type { BlobUrl } from "../address/blob-url";
import type { Credential } from "../credential/credentials";
import { TIMED_OUT } from "../http/exchange";
import type { Target } from "../rest/rest-client";
import { LONGEST_WAIT, Patience } from "../http/retry";
import type { SasLifetime } from "../credential/sas";
import { USER_AGENT } from "../http/user-agent";

/** List Blobs: the snapshots of this blob, oldest first. */
export async function listSnapshots(target: Target, stop: AbortSignal | undefined): Promise<SnapshotReference[]> {
  const { blob, credential } = target;
  const container = new ContainerClient(withSas(`${blob.serviceUrl}/${blob.containerName}`, credential), pipeline(credential));
  return answeredInTime(Patience.SHORT, stop, async (abortSignal) => {
    const snapshots: SnapshotReference[] = [];
    const options = { prefix: blob.blobName, includeSnapshots: true, includeMetadata: true, abortSignal };
    for await (const item of container.listBlobsFlat(options)) {
      // Names are listed in order, so this blob comes before all others that its name is a prefix of.
      if (item.name !== blob.blobName) break;
      if (item.snapshot) snapshots.push({ snapshot: item.snapshot, metadata: item.metadata ?? {} });
    }
    return snapshots;
  });
}

/** Get Page Ranges: those that hold data, ascending. */
export async function getPageRanges(target: Target, stop: AbortSignal | undefined): Promise<ByteRange[]> {
  const { blob, credential } = target;
  const url = withSas(blob.query === "" ? blob.url : `${blob.url}?${blob.query}`, credential);
  const client = new PageBlobClient(url, pipeline(credential));
  // All pages of the list together: there are many of a large blob that is fragmented.
  return answeredInTime(Patience.MEDIUM, stop, async (abortSignal) => {
    const ranges: ByteRange[] = [];
    for await (const { start, end, isClear } of client.listPageRanges(0, undefined, { abortSignal })) {
      if (!isClear) ranges.push({ offset: start, count: end - start + 1 });
    }
    return ranges;
  });
}

/** Get User Delegation Key. */
export function getUserDelegationKey(target: Target, { startsOn, expiresOn }: SasLifetime): Promise<UserDelegationKey> {
  const { blob, credential } = target;
  const client = new BlobServiceClient(blob.serviceUrl, pipeline(credential));
  return answeredInTime(Patience.SHORT, undefined, (abortSignal) => client.getUserDelegationKey(startsOn, expiresOn, { abortSignal }));
}

/** A user delegation SAS that lets its holder read this one blob, snapshot or version: the query, without `?`. */
export function mintUserDelegationSas(key: UserDelegationKey, accountName: string, source: BlobUrl, lifetime: SasLifetime): string {
  const values = {
    containerName: source.containerName,
    blobName: source.blobName,
    snapshotTime: source.snapshot,
    versionId: source.versionId,
    permissions: BlobSASPermissions.parse("r"),
    protocol: source.endpoint.protocol === "https:" ? SASProtocol.Https : SASProtocol.HttpsAndHttp,
    ...lifetime,
  };
  return generateBlobSASQueryParameters(values, key, accountName).toString();
}

/** The SDK hands its timeout to the service and waits itself for ever: for as long as a connection that is not cut brings no answer. */
async function answeredInTime<T>(
  { timeout }: Patience,
  stop: AbortSignal | undefined,
  ask: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const timer = AbortSignal.timeout(timeout);
    try {
      return await ask(stop === undefined ? timer : AbortSignal.any([stop, timer]));
    } catch (error) {
      if (!timer.aborted || stop?.aborted === true) throw error;
      if (tries === TRIES_IN_TIME) throw Object.assign(new Error(`no answer within ${timeout / 1_000} s`), { code: TIMED_OUT });
    }
  }
}

const TRIES_IN_TIME = 3;

function pipeline(credential: Credential): Pipeline {
  const { tries, firstPause, timeout } = Patience.SHORT;
  const retryOptions = { maxTries: tries, retryDelayInMs: firstPause, maxRetryDelayInMs: LONGEST_WAIT / 3, tryTimeoutInMs: timeout };
  const options = { retryOptions, userAgentOptions: { userAgentPrefix: USER_AGENT } };
  if (credential.kind === "shared-key") {
    return newPipeline(new StorageSharedKeyCredential(credential.key.accountName, credential.key.accountKey()), options);
  }
  const result = newPipeline(new AnonymousCredential(), options);
  if (credential.kind === "bearer") {
    // Not the SDK's own bearer policy: the token is here already, and an emulator is reached over http.
    result.factories.push({
      create: (next) => ({
        sendRequest: async (request) => {
          request.headers.set("authorization", `Bearer ${await credential.tokens.get()}`);
          return next.sendRequest(request);
        },
      }),
    });
  }
  return result;
}

function withSas(url: string, credential: Credential): string {
  return credential.kind === "sas" ? `${url}${url.includes("?") ? "&" : "?"}${credential.query}` : url;
}
