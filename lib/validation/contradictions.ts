import {
  AccessTier,
  COPY_OPTIONS,
  CopyMethod,
  type CopyOption,
  CredentialKind,
  LocationKind,
  OverwritePolicy,
  optionsBeyond,
  PROPERTY_OPTION_NAMES,
  SourceGuard,
  placeKey,
  takesNoKey,
} from "../../src/intent";
import type { CopyOptions } from "../vocabulary/copy-options";
import type { DeclaredCopy, DeclaredSide } from "../intent/declared-copy";
import type { Problems } from "../framework/problems";
import { TokenAwareText, show } from "../framework/tokens";
import { hostFault, otherServiceFault } from "./values/host-fault";
import { isFile, isImmutable, isOutsideAzure, knownAccount, knownHost } from "../intent/known-place";

const BLOCK_BLOB_TIERS: readonly AccessTier[] = [AccessTier.HOT, AccessTier.COOL, AccessTier.COLD, AccessTier.SMART, AccessTier.ARCHIVE];
const BLOCK_BLOB_METHODS: readonly CopyMethod[] = [
  CopyMethod.COPY_BLOB_FROM_URL,
  CopyMethod.PUT_BLOB_FROM_URL,
  CopyMethod.PUT_BLOCK_FROM_URL,
];

/** Returns whether a copy may take the hours that the service needs to read an archived source. */
export function isRehydrating(copy: CopyOptions): boolean {
  return copy.rehydrate !== undefined || olderPriority(copy) !== undefined;
}

/** Reads the priority by its older name, which is still valid. */
function olderPriority({ rehydratePriority }: { readonly rehydratePriority?: unknown }): unknown {
  return rehydratePriority;
}

/** Adds problems of options that are each valid, but contradict each other in one copy. */
export function checkCopyContradictions(copy: DeclaredCopy, problems: Problems): void {
  checkSource(copy, problems);
  checkDestination(copy, problems);
  checkTierAndMethod(copy, problems);
  checkMethodDoesAll(copy, problems);
  checkEncryptionKeys(copy, problems);
  checkKeyOf(copy.source, "source", problems);
  checkKeyOf(copy.destination, "destination", problems);
  if (copy.tags !== undefined && copy.copySourceTags === true) {
    problems.add("tags and copySourceTags are given, and the service takes only one of them; remove one.");
  }
}

function checkMethodDoesAll(copy: DeclaredCopy, problems: Problems): void {
  const { method = CopyMethod.AUTO } = copy;
  for (const name of optionsBeyond(method, copy)) {
    const { by = [] }: CopyOption = COPY_OPTIONS[name];
    const others = new Set<string>(by.filter((other) => other !== CopyMethod.AUTO));
    const constants = Object.entries(CopyMethod).flatMap(([constant, value]) => (others.has(value) ? [constant] : []));
    problems.add(`${name} is given, but method ${method} cannot do it; use CopyMethod.AUTO or ${constants.join(", ")}.`);
  }
}

/**
 * Adds problems of keys that come with each request: options that exclude them, and places that
 * cannot have one.
 */
function checkEncryptionKeys({ source, destination, method = CopyMethod.AUTO, encryptionScope }: DeclaredCopy, problems: Problems): void {
  const keyed = [source, destination].filter(({ _encryptionKey: key }) => key !== undefined);
  if (keyed.length > 0 && takesNoKey(method)) {
    problems.add(
      `an encryption key is given, but method ${method} does not take one; use CopyMethod.AUTO, PUT_BLOB_FROM_URL, PUT_BLOCK_FROM_URL, PUT_PAGE_FROM_URL or APPEND_BLOCK_FROM_URL.`,
    );
  }
  if (encryptionScope !== undefined && destination._encryptionKey !== undefined) {
    problems.add("encryptionScope and destination.encryptionKeyEnvironment are given, but a blob can have only one of them; remove one.");
  }
  if (source._encryptionKey !== undefined && (isFile(source._place) || isOutsideAzure(source._place))) {
    problems.add(
      "source.encryptionKeyEnvironment is given, but the source is not a blob of Azure Storage, and cannot have such a key; remove it.",
    );
  }
}

/** An account key gives access only to its own account. */
function checkKeyOf({ _place: place, _credential: credential }: DeclaredSide, at: string, problems: Problems): void {
  const account = knownAccount(place);
  const ofKey: unknown = credential?._accountName;
  if (account === undefined || typeof ofKey !== "string" || !/^[a-z0-9]{3,24}$/.test(ofKey) || ofKey === account) return;
  problems.add(
    `${at}.credential is a key of the account ${show(ofKey)}, but the ${at} is in ${show(account)}; give the key of that account.`,
  );
}

function checkSource(copy: DeclaredCopy, problems: Problems): void {
  const { _place: place, _credential: credential } = copy.source;
  if (place.kind === LocationKind.BLOB && place.snapshot !== undefined && place.versionId !== undefined) {
    problems.add("source.snapshot and source.versionId are given; remove one of them.");
  }
  const isAnonymous = credential?._kind === CredentialKind.ANONYMOUS || (credential === undefined && isOutsideAzure(place));
  if (copy.sourceGuard === SourceGuard.LEASE) {
    const why = isImmutable(place)
      ? "a snapshot or version cannot be leased, nor can it change; use SourceGuard.NONE"
      : isFile(place)
        ? "a file of a share cannot be leased by a blob lease; use SourceGuard.ETAG"
        : isAnonymous
          ? "a lease needs write permission on the source, which is read anonymously; give a credential, or use SourceGuard.ETAG"
          : undefined;
    if (why !== undefined) problems.add(`sourceGuard is LEASE, but ${why}.`);
  }
  const conditions = copy.sourceConditions;
  if (conditions !== undefined && isFile(place)) {
    problems.add("sourceConditions are given, but the service refuses conditions on a source that is a file of a share; remove them.");
  }
  if (copy.sourceGuard === SourceGuard.ETAG && conditions?.ifMatch !== undefined && conditions.ifMatch !== "*") {
    problems.add("sourceGuard ETAG and sourceConditions.ifMatch both pin the source's ETag; remove one of them.");
  }
  if (conditions?.ifNoneMatch === "*") {
    problems.add('sourceConditions.ifNoneMatch is "*", which lets the copy start only if the source does not exist; remove it.');
  }
  if (copy.copySourceTags === true && (isFile(place) || isAnonymous)) {
    problems.add(
      "copySourceTags is true, but the source is not a blob whose tags can be read (a file, or read anonymously); remove it, or give tags.",
    );
  }
}

function checkDestination(copy: DeclaredCopy, problems: Problems): void {
  if (copy.destination._credential?._kind === CredentialKind.ANONYMOUS) {
    problems.add("destination.credential is Credential.anonymous(), but a blob cannot be written anonymously; give another credential.");
  }
  const host = knownHost(copy.destination._place);
  const isCustom =
    host !== undefined && host.service === undefined && host.accountName === undefined && !host.pathStyle && !host.isLoopback;
  const isMeant =
    host !== undefined &&
    hostFault(`https://${host.authority}`) === undefined &&
    otherServiceFault(`https://${host.authority}`) === undefined;
  if (isCustom && isMeant && copy.destination._credential === undefined) {
    problems.add(
      `destination is on ${host.authority}, which is not recognised as Azure Storage, so it does not have a credential by default, and a blob cannot be written anonymously; give one, such as Credential.defaultAzureCredential().`,
    );
  }
  if (isFile(copy.destination._place)) {
    problems.add("destination is in an Azure file share, and a copy makes blobs only; give a blob.");
  }
  if (copy.overwrite !== OverwritePolicy.NEVER) return;
  if (copy.destinationConditions?.ifMatch !== undefined) {
    problems.add(
      "overwrite is NEVER, but destinationConditions.ifMatch lets the copy start only onto a blob that exists; remove one of them.",
    );
  }
  if (copy.destinationLeaseId !== undefined) {
    problems.add("overwrite is NEVER, but destinationLeaseId is the lease of a blob that exists; remove one of them.");
  }
}

function checkTierAndMethod(copy: DeclaredCopy, problems: Problems): void {
  const { accessTier, method = CopyMethod.AUTO } = copy;
  if (copy.rehydrate !== undefined && olderPriority(copy) !== undefined)
    problems.add("rehydrate and rehydratePriority are both given; remove rehydratePriority, which is rehydrate.priority now.");
  if (isRehydrating(copy)) {
    const name = copy.rehydrate === undefined ? "rehydratePriority" : "rehydrate";
    if (accessTier === undefined) {
      problems.add(
        `${name} is given without accessTier; an archived source is read into an online tier, so give AccessTier.HOT, COOL or COLD.`,
      );
    }
    if (accessTier === AccessTier.ARCHIVE) {
      problems.add(
        `${name} is given with accessTier ARCHIVE, but an archived source is read into an online tier; give AccessTier.HOT, COOL or COLD.`,
      );
    }
  }
  if (accessTier !== undefined) {
    const isBlockTier = BLOCK_BLOB_TIERS.includes(accessTier);
    if (method === CopyMethod.APPEND_BLOCK_FROM_URL) {
      problems.add(`accessTier ${accessTier} is given, but method ${method} makes an append blob, which has no tier; remove one of them.`);
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
  if (isFile(copy.source._place)) {
    if (method === CopyMethod.APPEND_BLOCK_FROM_URL || method === CopyMethod.PUT_PAGE_FROM_URL) {
      problems.add(`method ${method} is given, but a file of a share becomes a block blob; use CopyMethod.AUTO.`);
    }
    if (method === CopyMethod.COPY_BLOB_FROM_URL) {
      problems.add(`method ${method} copies block blobs only, and the source is a file of a share; use CopyMethod.AUTO.`);
    }
  }
}

/** Returns whether a blob would be copied unchanged onto itself. */
export function changesNothing(copy: DeclaredCopy): boolean {
  const { source, destination } = copy;
  const from = placeKey(source._place);
  if (source._encryptionKey !== destination._encryptionKey) return false;
  if (isImmutable(source._place) || from !== placeKey(destination._place) || !new TokenAwareText(from).isKnown) return false;
  return PROPERTY_OPTION_NAMES.every((name) => copy[name] === undefined);
}
