import type { IConstruct } from "constructs";
import { normalize } from "node:path";
import { DestroyPolicy, MAX_CONCURRENCY } from "../../src/intent";
import type { DeclaredCopySet, DeclaredSetCopy } from "../intent/declared-copy";
import type { Problems } from "../framework/problems";
import { checkBandwidth } from "./values/bandwidth";
import { checkSetContradictions } from "./set-contradictions";
import { isDeclaration } from "./copy";
import { checkManifest, checkManifestDestroy } from "./manifest";
import { checkPrefixes, isDestinationPrefix, isSourcePrefix } from "./prefixes";
import { checkRun } from "./run";
import { words } from "../framework/language";
import { checkNoSecret } from "./values/secrets";
import { TokenAwareText, isUnknownNumber, isValueObject, show } from "../framework/tokens";

/**
 * Returns whether the copies of a set can be read. Without a type checker, they may be any value.
 */
export function isSetDeclaration({ copies, from, to }: Pick<DeclaredCopySet, "copies" | "from" | "to">): boolean {
  if (copies !== undefined) return from === undefined && to === undefined && Array.isArray(copies) && copies.every(isDeclaration);
  return isSourcePrefix(from) && isDestinationPrefix(to) && from._problems.length === 0 && to._problems.length === 0;
}

/**
 * Adds all problems of a declared set that synth can find.
 *
 * @param isDestroyed whether a destroy of the set deletes its blobs
 */
export function checkCopySet(set: IConstruct, config: DeclaredCopySet, isDestroyed: boolean, problems: Problems): void {
  const { copies, from, to } = config;
  checkSetContradictions(config, problems);
  checkRun(config, problems);
  checkWholeNumber(config.maxConcurrency, "maxConcurrency", 1, MAX_CONCURRENCY, problems);
  checkWholeNumber(config.maxFailures, "maxFailures", 0, Number.MAX_SAFE_INTEGER, problems);
  checkBandwidth(config.bandwidth, problems);
  checkFile(config.manifestOut, "manifestOut", problems);
  checkFile(config.report, "report", problems);
  if (isOneFile(config.report, config.manifestOut)) {
    problems.add(`report and manifestOut are the same file ${show(config.report)}; give one of them another name.`);
  }
  if (copies !== undefined) {
    if (Array.isArray(copies)) checkList(set, copies, config, isDestroyed, problems);
    else if (isValueObject(copies)) problems.add(`copies must be a list known at synth, got ${words().value}; ${words().each}.`);
    else problems.add(`copies must be a list, got ${show(copies)}.`);
  } else if (from !== undefined && to !== undefined) {
    checkPrefixes(set, config, isDestroyed, problems);
  }
}

function checkList(
  set: IConstruct,
  copies: readonly DeclaredSetCopy[],
  { onDestroy }: DeclaredCopySet,
  isDestroyed: boolean,
  problems: Problems,
): void {
  checkManifest(set, copies, isDestroyed, problems);
  // Other front ends keep their own record of the copied blobs.
  if (onDestroy === DestroyPolicy.DELETE && copies.every(isDeclaration)) checkManifestDestroy(set, copies, problems);
}

function checkWholeNumber(value: number | undefined, at: string, least: number, most: number, problems: Problems): void {
  if (value === undefined || isUnknownNumber(value)) return;
  if (!Number.isInteger(value) || value < least || value > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    problems.add(`${at} must be a whole number ${range}, got ${show(value)}.`);
  }
}

function checkFile(path: string | undefined, at: string, problems: Problems): void {
  if (path === undefined) return;
  if (typeof path !== "string" || path === "" || (new TokenAwareText(path).isKnown && (/[/\\]$/.test(path) || path.includes("\0")))) {
    problems.add(`${at} ${show(path)} is not the path of a file.`);
  } else if (/^\w{2,}:\/\//.test(path)) {
    problems.add(`${at} ${show(path)} is a URL, but it is a file on the machine that deploys; give its path.`);
  } else if (/^~[/\\]|^(?:\$\w|%\w+%)/.test(path)) {
    problems.add(
      `${at} ${show(path)} begins with a part that only a shell replaces; give the path itself, relative to the project or from the root.`,
    );
  } else {
    checkNoSecret(path, at, problems);
  }
}

function isOneFile(one: string | undefined, other: string | undefined): boolean {
  return typeof one === "string" && typeof other === "string" && normalize(one) === normalize(other);
}
