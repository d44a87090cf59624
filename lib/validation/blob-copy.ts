import type { IConstruct } from "constructs";
import {
  addsSnapshot,
  CopyMethod,
  DestroyPolicy,
  isAsynchronous,
  isSnapshot,
  LocationKind,
  PROPERTY_OPTION_NAMES,
  tagsFitTheHeader,
} from "../../src/intent";
import { languageAt } from "../framework/language";
import type { Problems } from "../framework/problems";
import type { DeclaredBlobCopy } from "../intent/declared-copy";
import { changesNothing, isRehydrating } from "./contradictions";
import { checkCopy, isDeclaration } from "./copy";
import { checkKnownAtDestroy } from "./values/credentials";
import { checkEnum } from "./values/enums";
import { checkRun } from "./run";
import { checkComposed } from "./values/names";
import { TokenAwareText } from "../framework/tokens";
import { isOutsideAzure, knownHost } from "../intent/known-place";

/** Adds all problems of a declared `BlobCopy` that synth can find. */
export function checkBlobCopy(config: DeclaredBlobCopy, problems: Problems): void {
  checkCopy(config, problems);
  checkRun(config, problems);
  checkEnum(config.onDestroy, DestroyPolicy, "onDestroy", problems);
  if (!isDeclaration(config)) return;
  checkComposedPlaces(config, problems);
  checkDestroy(config, problems);
  if (config.wait === false && config.method !== undefined && config.method !== CopyMethod.AUTO && !isAsynchronous(config.method)) {
    problems.add(
      `wait is false, but method ${config.method} is synchronous: it is done when the service answers; use CopyMethod.COPY_BLOB, or wait.`,
    );
  }
  if (config.wait === false && String(config.rehydrate?.wait) === "true")
    problems.add("wait is false, but rehydrate.wait is true, which waits for the copy: remove one of them.");
  checkLeftPending(config, problems);
  checkChain(config, problems);
  if (config.copyTriggers === undefined && changesNothing(config)) {
    problems.add(
      `source and destination are the same blob, and no option changes it; give another destination, a snapshot or version as source, or one of ${PROPERTY_OPTION_NAMES.join(", ")}.`,
    );
  }
}

function checkComposedPlaces(config: DeclaredBlobCopy, problems: Problems): void {
  for (const side of ["source", "destination"] as const) {
    for (const [name, value] of Object.entries(config[side]._place)) {
      const instead = 'call normalize("NFC") if that is the name, or give fromUrl the URL, with the name escaped by encodeURI';
      checkComposed(value, `${side}.${name}`, instead, problems);
    }
  }
}

/**
 * Options that Copy Blob cannot set would never be set on a copy that is left pending. Within an
 * account Copy Blob is done when the service answers, unless it rehydrates.
 */
function checkLeftPending(config: DeclaredBlobCopy, problems: Problems): void {
  const mayStayPending = isRehydrating(config) || (config.method === CopyMethod.COPY_BLOB && isAcrossAccounts(config));
  if (config.wait !== false || !mayStayPending) return;
  const late = [
    config.contentHeaders === undefined ? [] : "contentHeaders",
    tagsFitTheHeader(config.tags) ? [] : "tags of over 2 KiB",
    config.legalHold === true ? "legalHold" : [],
    config.immutabilityPolicy === undefined ? [] : "immutabilityPolicy",
  ].flat();
  if (late.length === 0) return;
  problems.add(
    `wait is false, but with Copy Blob ${late.join(" and ")} can be set only after the copy has ended, for which the program does not wait; leave them out, wait, or use another method.`,
  );
}

/** An undefined account is one that only Terraform knows. */
function isAcrossAccounts({ source, destination }: DeclaredBlobCopy): boolean {
  const [from, to] = [source, destination].map(({ _place: place }) => knownHost(place)?.accountName);
  return to !== undefined && (isOutsideAzure(source._place) || (from !== undefined && from !== to));
}

/** An incremental copy adds a snapshot of a blob to a chain of snapshots. */
function checkChain({ method = CopyMethod.AUTO, source: { _place: place } }: DeclaredBlobCopy, problems: Problems): void {
  if (!addsSnapshot(method) || isSnapshot(place)) return;
  if (place.kind === LocationKind.URL && !new TokenAwareText(place.url).isKnown) return;
  problems.add(
    `method ${method} copies snapshots of page blobs, but the source does not name one; give source.snapshot, or a URL with snapshot, or another method.`,
  );
}

function checkDestroy(config: DeclaredBlobCopy, problems: Problems): void {
  const why = config.onDestroy === DestroyPolicy.DELETE ? "onDestroy is DELETE" : config.wait === false ? "wait is false" : undefined;
  if (why !== undefined) checkKnownAtDestroy(config.destination._credential, "destination", why, problems);
}

/** This is only a warning, because the user can remove the hold before a destroy. */
export function warnOfHold(construct: IConstruct, { legalHold, onDestroy }: Pick<DeclaredBlobCopy, "legalHold" | "onDestroy">): void {
  if (legalHold !== true || onDestroy !== DestroyPolicy.DELETE) return;
  languageAt(construct).warn(
    construct,
    "onDestroy is DELETE, but legalHold is true: the service does not delete a blob with a hold, so a destroy fails until the hold is removed.",
  );
}
