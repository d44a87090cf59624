import type { LocationReference } from "../../src/intent";
import {
  AccessTier,
  CopyMethod,
  DestroyPolicy,
  LocationKind,
  OverwritePolicy,
  RecopyPolicy,
  RehydratePriority,
  RollbackPolicy,
  SourceGuard,
} from "../../src/intent";
import type { BlobCopyConfig } from "../blob-copy-config";
import { BlobDestination } from "../blob-destination";
import { BlobSource } from "../blob-source";
import type { Problems } from "../errors";
import { checkConditions } from "./conditions";
import { checkContradictions } from "./contradictions";
import { checkCredential } from "./credentials";
import { checkContentHeaders, checkMetadata } from "./metadata";
import { checkBlobName, checkContainerName, checkFilePath, checkServiceTimeStamp, checkShareName } from "./names";
import { checkTags } from "./tags";
import { DeclaredText, isUnknownMap, show } from "./text";
import { checkTimeout } from "./timeout";
import { checkDestinationUrl, checkEndpoint, checkNoSas, checkSourceUrl } from "./url";

const LEASE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether both places were made by their classes; without types in between they may be anything. */
export function isDeclaration(config: BlobCopyConfig): boolean {
  return config.source instanceof BlobSource && config.destination instanceof BlobDestination;
}

/** Everything that is wrong with a declaration, as far as it is known at synth. */
export function checkDeclaration(config: BlobCopyConfig, problems: Problems): void {
  if (!isDeclaration(config)) {
    if (!(config.source instanceof BlobSource)) {
      problems.add("source must be made with BlobSource.fromUrl, BlobSource.fromContainer or BlobSource.fromFileShare.");
    }
    if (!(config.destination instanceof BlobDestination)) {
      problems.add("destination must be made with BlobDestination.fromUrl or BlobDestination.fromContainer.");
    }
    return;
  }
  checkPlace(config.source._place, "source", checkSourceUrl, problems);
  checkPlace(config.destination._place, "destination", checkDestinationUrl, problems);
  checkCredential(config.source._credential, config.source._place, "source", problems);
  checkCredential(config.destination._credential, config.destination._place, "destination", problems);
  checkMetadata(config.metadata, problems);
  checkTags(config.tags, problems);
  checkContentHeaders(config.contentHeaders, problems);
  checkConditions(config.sourceConditions, "sourceConditions", problems);
  checkConditions(config.destinationConditions, "destinationConditions", problems);
  checkTimeout(config.timeout, problems);
  checkLeaseId(config.destinationLeaseId, problems);
  checkTriggers(config.copyTriggers, problems);
  checkEnums(config, problems);
  checkContradictions(config, problems);
}

type UrlCheck = (value: unknown, at: string, problems: Problems) => void;

function checkPlace(place: LocationReference, at: string, checkUrl: UrlCheck, problems: Problems): void {
  if (place.kind === LocationKind.URL) {
    checkUrl(place.url, `${at}.url`, problems);
  } else if (place.kind === LocationKind.BLOB) {
    checkEndpoint(place.blobEndpoint, `${at}.blobEndpoint`, problems);
    checkContainerName(place.containerName, `${at}.containerName`, problems);
    checkBlobName(place.blobName, `${at}.blobName`, problems);
    checkServiceTimeStamp(place.snapshot, `${at}.snapshot`, "the time stamp of a snapshot", problems);
    checkServiceTimeStamp(place.versionId, `${at}.versionId`, "the id of a version", problems);
  } else {
    checkEndpoint(place.fileEndpoint, `${at}.fileEndpoint`, problems);
    checkShareName(place.shareName, `${at}.shareName`, problems);
    checkFilePath(place.filePath, `${at}.filePath`, problems);
  }
}

function checkLeaseId(leaseId: string | undefined, problems: Problems): void {
  if (leaseId === undefined || (typeof leaseId === "string" && !new DeclaredText(leaseId).isKnown)) return;
  if (!LEASE_ID.test(leaseId)) {
    problems.add(`destinationLeaseId ${show(leaseId)} is not a GUID; give the id that the lease was acquired with.`);
  }
}

function checkTriggers(triggers: { readonly [name: string]: string } | undefined, problems: Problems): void {
  if (triggers === undefined || isUnknownMap(triggers)) return;
  for (const [name, value] of Object.entries(triggers)) checkTrigger(value, `copyTriggers.${name}`, problems);
}

function checkTrigger(value: unknown, at: string, problems: Problems): void {
  if (typeof value === "string") checkNoSas(value, at, problems);
  else problems.add(`${at} must be a string, got ${show(value)}.`);
}

/** For declarations that no compiler has seen. */
function checkEnums(config: BlobCopyConfig, problems: Problems): void {
  checkEnum(config.accessTier, AccessTier, "accessTier", problems);
  checkEnum(config.rehydratePriority, RehydratePriority, "rehydratePriority", problems);
  checkEnum(config.overwrite, OverwritePolicy, "overwrite", problems);
  checkEnum(config.method, CopyMethod, "method", problems);
  checkEnum(config.sourceGuard, SourceGuard, "sourceGuard", problems);
  checkEnum(config.rollback, RollbackPolicy, "rollback", problems);
  checkEnum(config.recopy, RecopyPolicy, "recopy", problems);
  checkEnum(config.onDestroy, DestroyPolicy, "onDestroy", problems);
}

function checkEnum(value: string | undefined, values: Readonly<Record<string, string>>, at: string, problems: Problems): void {
  if (value !== undefined && !Object.values(values).includes(value)) {
    problems.add(`${at} ${show(value)} is not one of ${Object.values(values).join(", ")}.`);
  }
}
