import type { CopyOption, LocationReference, TextForm } from "../../src/intent";
import {
  COPY_OPTIONS,
  COPY_OPTION_NAMES,
  ImmutabilityMode,
  LocationKind,
  RehydratePriority,
  addressOf,
  isOneName,
  timeOf,
  unwrapped,
} from "../../src/intent";
import { isSide, problemsOfSide } from "../shapes/side";
import type { CopyOptions } from "../vocabulary/copy-options";
import type { DeclaredCopy } from "../intent/declared-copy";
import type { Problems } from "../framework/problems";
import { checkConditions } from "./values/conditions";
import { checkCopyContradictions } from "./contradictions";
import { checkCredential, checkEncryptionKey } from "./values/credentials";
import { checkEnum } from "./values/enums";
import { checkHeaderTexts, checkMetadata } from "./values/metadata";
import { checkBlobName, checkContainerName, checkFilePath, checkServiceTimeStamp, checkShareName } from "./values/names";
import { checkNoSecret } from "./values/secrets";
import { checkTags } from "./values/tags";
import { TokenAwareText, isUnknownMap, show } from "../framework/tokens";
import { checkDestinationUrl, checkEndpoint, checkSourceUrl, checkWritableEndpoint } from "./values/url";

type MapOption = Extract<CopyOption, { readonly shape: "map" }>;

/**
 * Returns whether both places were made by their classes from valid options. Without a type
 * checker, they may be any value.
 */
export function isDeclaration(copy: DeclaredCopy): boolean {
  return areSides(copy) && copy.source._problems.length === 0 && copy.destination._problems.length === 0;
}

function areSides(copy: DeclaredCopy): boolean {
  return isSide(copy.source, "source") && isSide(copy.destination, "destination");
}

/** Adds all problems of one copy that synth can find. */
export function checkCopy(copy: DeclaredCopy, problems: Problems): void {
  if (!areSides(copy)) {
    if (!isSide(copy.source, "source")) {
      problems.add("source must be made with BlobSource.fromUrl, BlobSource.fromContainer or BlobSource.fromFileShare.");
    }
    if (!isSide(copy.destination, "destination")) {
      problems.add("destination must be made with BlobDestination.fromUrl or BlobDestination.fromContainer.");
    }
    return;
  }
  if (!isDeclaration(copy)) {
    for (const problem of problemsOfSide(copy.source, "source")) problems.add(problem);
    for (const problem of problemsOfSide(copy.destination, "destination")) problems.add(problem);
    return;
  }
  checkPlace(copy.source._place, "source", checkSourceUrl, problems);
  checkPlace(copy.destination._place, "destination", checkDestinationUrl, problems);
  if (copy.destination._place.kind === LocationKind.BLOB)
    checkWritableEndpoint(copy.destination._place.blobEndpoint, copy.destination._place.containerName, "destination", problems);
  checkCredential(copy.source._credential, addressOf(copy.source._place), "source", problems);
  checkCredential(copy.destination._credential, addressOf(copy.destination._place), "destination", problems);
  for (const side of ["source", "destination"] as const)
    checkEncryptionKey(copy[side]._encryptionKey, addressOf(copy[side]._place), side, problems);
  checkOptions(copy, problems);
  checkCopyContradictions(copy, problems);
}

/** Adds the problems of each single option of a copy. */
export function checkOptions(options: CopyOptions, problems: Problems): void {
  checkMetadata(options.metadata, problems);
  checkTags(options.tags, problems);
  checkHeaderTexts(options.contentHeaders, "contentHeaders", problems);
  checkConditions(options.sourceConditions, "sourceConditions", problems);
  checkConditions(options.destinationConditions, "destinationConditions", problems);
  checkPolicy(options.immutabilityPolicy?.until, problems);
  for (const name of COPY_OPTION_NAMES) {
    const option: CopyOption = COPY_OPTIONS[name];
    if (option.shape === "enum") checkEnum(options[name], option.values, name, problems);
    if (option.shape === "text" && option.form !== undefined) checkForm(options[name], option.form, name, problems);
    if (option.shape === "map") checkMap(options[name], option, name, problems);
  }
}

/** The service would reject such a policy only after everything else has been done. */
function checkPolicy(until: unknown, problems: Problems): void {
  const end = typeof until === "string" ? timeOf(until) : undefined;
  if (end !== undefined && end <= Date.now())
    problems.add(
      `immutabilityPolicy.until ${show(until)} is in the past, and the service takes later times only; give one, or remove the policy.`,
    );
}

type UrlCheck = (value: unknown, at: string, problems: Problems) => void;

function checkPlace(place: LocationReference, at: string, checkUrl: UrlCheck, problems: Problems): void {
  if (place.kind === LocationKind.URL) {
    checkUrl(place.url, `${at}.url`, problems);
  } else if (place.kind === LocationKind.BLOB) {
    checkEndpoint(place.blobEndpoint, "blob", `${at}.blobEndpoint`, problems);
    checkContainerName(place.containerName, `${at}.containerName`, problems);
    checkBlobName(place.blobName, `${at}.blobName`, problems);
    checkServiceTimeStamp(place.snapshot, `${at}.snapshot`, "the time stamp of a snapshot", problems);
    checkServiceTimeStamp(place.versionId, `${at}.versionId`, "the id of a version", problems);
  } else {
    checkEndpoint(place.fileEndpoint, "file", `${at}.fileEndpoint`, problems);
    checkShareName(place.shareName, `${at}.shareName`, problems);
    checkFilePath(place.filePath, `${at}.filePath`, problems);
  }
}

function checkMap(value: unknown, { required = [], forms = {} }: MapOption, at: string, problems: Problems): void {
  if (typeof value !== "object" || value === null || isUnknownMap(value)) return;
  const texts = new Map<string, unknown>(Object.entries(value));
  for (const name of required) if (!texts.has(name)) problems.add(`${at}.${name} is missing.`);
  for (const [name, form] of Object.entries(forms)) checkForm(texts.get(name), form, `${at}.${name}`, problems);
}

function checkForm(value: unknown, { pattern, otherwise }: TextForm, name: string, problems: Problems): void {
  if (value === undefined) return;
  if (typeof value === "string" && (!new TokenAwareText(value).isKnown || pattern.test(value))) {
    checkNoSecret(value, name, problems);
    return;
  }
  const hint = typeof value === "string" ? meantBy(value, name) : undefined;
  problems.add(`${name} ${show(value)} ${otherwise}${hint === undefined ? "." : `; did you mean ${show(hint)}?`}`);
}

/** Returns the only value that the user can have meant by another one. */
function meantBy(value: string, name: string): string | undefined {
  const modes: readonly string[] = [...Object.values(ImmutabilityMode), ...Object.values(RehydratePriority)];
  if (name !== "sourceContentMd5") return modes.find((mode) => isOneName(mode, value));
  const bare = unwrapped(value);
  if (/^[0-9a-f]{32}$/i.test(bare)) return Buffer.from(bare, "hex").toString("base64");
  return /^[A-Za-z0-9+/]{21}[AQgw](?:==)?$/.test(bare) ? `${bare.slice(0, 22)}==` : undefined;
}
