import { AccessTier, CopyMethod, CredentialKind, DestroyPolicy, OverwritePolicy, SourceGuard } from "../../src/intent";
import type { BlobCopyConfig } from "../blob-copy-config";
import type { Problems } from "../errors";
import { placeKey } from "./place";
import { DeclaredText } from "./text";
import { isFile, isImmutable, isOutsideAzure } from "./url";

const BLOCK_BLOB_TIERS: readonly AccessTier[] = [AccessTier.HOT, AccessTier.COOL, AccessTier.COLD, AccessTier.ARCHIVE];
const BLOCK_BLOB_METHODS: readonly CopyMethod[] = [
  CopyMethod.COPY_BLOB_FROM_URL,
  CopyMethod.PUT_BLOB_FROM_URL,
  CopyMethod.PUT_BLOCK_FROM_URL,
];

/** Options that are right one by one, and cannot be meant together. */
export function checkContradictions(config: BlobCopyConfig, problems: Problems): void {
  checkSource(config, problems);
  checkDestination(config, problems);
  checkTierAndMethod(config, problems);
  checkDestroy(config, problems);
  if (config.tags !== undefined && config.copySourceTags === true) {
    problems.add("tags and copySourceTags are given, and the service takes one of both; remove one.");
  }
  if (config.wait === false && config.method !== undefined && ![CopyMethod.AUTO, CopyMethod.COPY_BLOB].includes(config.method)) {
    problems.add(
      `wait is false, but method ${config.method} is synchronous: it is done when it answers; use CopyMethod.COPY_BLOB, or wait.`,
    );
  }
  if (isPointless(config)) {
    problems.add(
      "source and destination are the same blob, and nothing about it is to change; give another destination, a snapshot or version as source, or new metadata, tags, contentHeaders or accessTier.",
    );
  }
}

function checkSource(config: BlobCopyConfig, problems: Problems): void {
  const { _place: place, _credential: credential } = config.source;
  if (place.snapshot !== undefined && place.versionId !== undefined) {
    problems.add("source.snapshot and source.versionId are given; a source is one of both.");
  }
  const isAnonymous = credential?._kind === CredentialKind.ANONYMOUS || (credential === undefined && isOutsideAzure(place));
  if (config.sourceGuard === SourceGuard.LEASE) {
    const why = isImmutable(place)
      ? "a snapshot or version cannot be leased, nor can it change; use SourceGuard.NONE"
      : isFile(place)
        ? "a file of a share cannot be leased by a blob lease; use SourceGuard.ETAG"
        : isAnonymous
          ? "a lease needs write permission on the source, which is read anonymously; give a credential, or use SourceGuard.ETAG"
          : undefined;
    if (why !== undefined) problems.add(`sourceGuard is LEASE, but ${why}.`);
  }
  const conditions = config.sourceConditions;
  if (conditions !== undefined && isFile(place)) {
    problems.add("sourceConditions are given, but the service refuses conditions on a source that is a file of a share; remove them.");
  }
  if (config.sourceGuard === SourceGuard.ETAG && conditions?.ifMatch !== undefined && conditions.ifMatch !== "*") {
    problems.add("sourceGuard ETAG and sourceConditions.ifMatch both pin the source's ETag; remove one of both.");
  }
  if (conditions?.ifNoneMatch === "*") {
    problems.add('sourceConditions.ifNoneMatch is "*": it lets only a source be copied that does not exist; remove it.');
  }
  if (config.copySourceTags === true && (isFile(place) || isAnonymous)) {
    problems.add(
      "copySourceTags is true, but the source is no blob whose tags can be read (a file, or read anonymously); remove it, or give tags.",
    );
  }
}

function checkDestination(config: BlobCopyConfig, problems: Problems): void {
  if (config.destination._credential?._kind === CredentialKind.ANONYMOUS) {
    problems.add("destination.credential is Credential.anonymous(), and nobody may write a blob anonymously; give another credential.");
  }
  if (isFile(config.destination._place)) {
    problems.add("destination is in an Azure file share, and a copy makes blobs only; give a blob.");
  }
  if (config.overwrite !== OverwritePolicy.NEVER) return;
  if (config.destinationConditions?.ifMatch !== undefined) {
    problems.add(
      "overwrite is NEVER, but destinationConditions.ifMatch lets the copy start only onto a blob that exists; remove one of both.",
    );
  }
  if (config.destinationLeaseId !== undefined) {
    problems.add("overwrite is NEVER, but destinationLeaseId is the lease of a blob that exists; remove one of both.");
  }
}

function checkTierAndMethod(config: BlobCopyConfig, problems: Problems): void {
  const { accessTier, method = CopyMethod.AUTO } = config;
  if (config.rehydratePriority !== undefined) {
    if (accessTier === undefined) {
      problems.add(
        "rehydratePriority is given without accessTier; an archived source is read into an online tier, so give AccessTier.HOT, COOL or COLD.",
      );
    }
    if (accessTier === AccessTier.ARCHIVE) {
      problems.add(
        "rehydratePriority is given with accessTier ARCHIVE, but an archived source is read into an online tier; give AccessTier.HOT, COOL or COLD.",
      );
    }
    if (method !== CopyMethod.AUTO && method !== CopyMethod.COPY_BLOB) {
      problems.add(`rehydratePriority is given, but method ${method} cannot read an archived source; use CopyMethod.COPY_BLOB or AUTO.`);
    }
  }
  if (accessTier !== undefined) {
    const isBlockTier = BLOCK_BLOB_TIERS.includes(accessTier);
    if (method === CopyMethod.APPEND_BLOCK_FROM_URL) {
      problems.add(`accessTier ${accessTier} is given, but method ${method} makes an append blob, which has no tier; remove one of both.`);
    } else if (isBlockTier && method === CopyMethod.PUT_PAGE_FROM_URL) {
      problems.add(
        `accessTier ${accessTier} is for block blobs, but method ${method} makes a page blob; use a premium tier (P4 to P80), or none.`,
      );
    } else if (!isBlockTier && BLOCK_BLOB_METHODS.includes(method)) {
      problems.add(
        `accessTier ${accessTier} is for page blobs in premium accounts, but method ${method} makes a block blob; use HOT, COOL, COLD or ARCHIVE.`,
      );
    }
  }
  if (isFile(config.source._place)) {
    if (method === CopyMethod.APPEND_BLOCK_FROM_URL || method === CopyMethod.PUT_PAGE_FROM_URL) {
      problems.add(`method ${method} is given, but a file of a share becomes a block blob; use CopyMethod.AUTO.`);
    }
    if (method === CopyMethod.COPY_BLOB_FROM_URL) {
      problems.add(`method ${method} copies block blobs only, and the source is a file of a share; use CopyMethod.AUTO.`);
    }
  }
}

/** A destroy-time provisioner may read only what is in state, and a secret must not be there. */
function checkDestroy(config: BlobCopyConfig, problems: Problems): void {
  if (config.destination._credential?._secret === undefined) return;
  const why = config.onDestroy === DestroyPolicy.DELETE ? "onDestroy is DELETE" : config.wait === false ? "wait is false" : undefined;
  if (why === undefined) return;
  problems.add(
    `${why}, and destination.credential is a secret that Terraform holds: at destroy Terraform gives a program only what is in its state, where a secret must not be; use Credential.defaultAzureCredential() or a credential from the environment.`,
  );
}

function isPointless(config: BlobCopyConfig): boolean {
  const { _place: source } = config.source;
  const from = placeKey(source);
  if (isImmutable(source) || from !== placeKey(config.destination._place) || !new DeclaredText(from).isKnown) return false;
  const changes = [config.metadata, config.tags, config.contentHeaders, config.accessTier, config.copyTriggers];
  return changes.every((change) => change === undefined);
}
