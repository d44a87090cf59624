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
import type { ByteRange, SnapshotReference } from "../engine/blob-store";
import type { BlobUrl } from "./blob-url";
import type { Credential } from "./credential";
import type { Target } from "./rest-client";
import { LONGEST_WAIT, Patience } from "./retry";
import type { SasLifetime } from "./sas";
import { USER_AGENT } from "./user-agent";

/** List Blobs: the snapshots of this blob, oldest first. */
export async function listSnapshots(target: Target, abortSignal: AbortSignal | undefined): Promise<SnapshotReference[]> {
  const { blob, credential } = target;
  const container = new ContainerClient(withSas(`${blob.serviceUrl}/${blob.containerName}`, credential), pipeline(credential));
  const snapshots: SnapshotReference[] = [];
  const options = { prefix: blob.blobName, includeSnapshots: true, includeMetadata: true, abortSignal };
  for await (const item of container.listBlobsFlat(options)) {
    // Names are listed in order, so this blob comes before all others that its name is a prefix of.
    if (item.name !== blob.blobName) break;
    if (item.snapshot) snapshots.push({ snapshot: item.snapshot, metadata: item.metadata ?? {} });
  }
  return snapshots;
}

/** Get Page Ranges: those that hold data, ascending. */
export async function getPageRanges(target: Target, abortSignal: AbortSignal | undefined): Promise<ByteRange[]> {
  const { blob, credential } = target;
  const url = withSas(blob.query === "" ? blob.url : `${blob.url}?${blob.query}`, credential);
  const client = new PageBlobClient(url, pipeline(credential));
  const ranges: ByteRange[] = [];
  for await (const { start, end, isClear } of client.listPageRanges(0, undefined, { abortSignal })) {
    if (!isClear) ranges.push({ offset: start, count: end - start + 1 });
  }
  return ranges;
}

/** Get User Delegation Key. */
export function getUserDelegationKey(target: Target, { startsOn, expiresOn }: SasLifetime): Promise<UserDelegationKey> {
  const { blob, credential } = target;
  return new BlobServiceClient(blob.serviceUrl, pipeline(credential)).getUserDelegationKey(startsOn, expiresOn);
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
