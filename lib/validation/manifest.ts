import type { IConstruct } from "constructs";
import { MAP_OPTION_NAMES } from "../../src/intent";
import { copyManifest, copiesByKey, keyOf } from "../intent/copy-manifest";
import { Problems } from "../framework/problems";
import { words } from "../framework/language";
import { remembering, resolveIn } from "../framework/resolution";
import type { DeclaredSetCopy } from "../intent/declared-copy";
import { manifestContainer } from "../intent/manifest-container";
import { SecretVariables } from "../intent/secret-variables";
import { checkBesideSets, checkPlaces, placeOf, readPlace } from "./shared/clashes";
import { changesNothing } from "./contradictions";
import { checkCopy, isDeclaration } from "./copy";
import { TokenAwareText, isUnknownMap, show } from "../framework/tokens";
import { checkKnownAtDestroy } from "./values/credentials";
import { checkNoSecret } from "./values/secrets";
import { SharedNames } from "./shared/shared-names";
import { type SetOfNames, DestinationRegistry } from "./shared/destination-registry";

/** Maximum number of printed problems of copies, which are usually alike. */
const MAX_SHOWN = 20;
/** The values are passed in one environment variable, which is limited to 128 KiB. */
const MAX_VALUES = 1_000;

/** Adds all problems of the copies in the list of a set. */
export function checkManifest(set: IConstruct, copies: readonly DeclaredSetCopy[], deletes: boolean, problems: Problems): void {
  if (copies.length === 0) problems.add("copies is empty; declare at least one copy, or leave the set out.");
  const resolve = remembering(resolveIn(set));
  const indices = new Map<string, number>();
  const found: string[] = [];
  const registry = DestinationRegistry.of(set);
  const shared = new SharedNames();
  const ordered = new Set<SetOfNames>();
  copies.forEach((copy, index) => {
    const own = new Problems();
    checkCopy(copy, own);
    if (isDeclaration(copy)) {
      const key = keyOf(copy, index);
      checkKey(copy, key, indices.get(key), own);
      indices.set(key, index);
      checkMaps(copy, own);
      if (changesNothing(copy)) own.add("source and destination are the same blob, and no option changes it; remove the copy.");
      const one = { construct: set, name: `${set.node.path} (${nameOf(copy, index)})`, deletes };
      const [from, to] = [readPlace(copy.source._place, resolve), placeOf(copy.destination._place, resolve)];
      checkPlaces(one, from, to, registry, own);
      checkBesideSets(one, from, to, registry, shared, own, ordered);
    }
    found.push(...own.list.map((problem) => `${nameOf(copy, index)}: ${problem}`));
  });
  for (const problem of found.slice(0, MAX_SHOWN)) problems.add(problem);
  if (found.length > MAX_SHOWN) {
    problems.add(`copies: ${found.length - MAX_SHOWN} more problems like these, ${found.length} in ${copies.length} copies.`);
  }
  shared.reportCopies(problems);
  if (found.length > 0) return;
  const { length } = copyManifest(copiesByKey(copies), new SecretVariables(resolve), resolve).values;
  if (length > MAX_VALUES) {
    problems.add(
      `copies hold ${length} different ${words().values}, and a set takes at most ${MAX_VALUES}; use fewer, such as one endpoint and names known at synth, or split the set.`,
    );
  }
}

/**
 * The set keeps its inventory beside the blobs. A destroy has one credential for reading the
 * inventory and for deleting the blobs.
 */
export function checkManifestDestroy(set: IConstruct, copies: readonly DeclaredSetCopy[], problems: Problems): void {
  const container = manifestContainer(copies, remembering(resolveIn(set)));
  if (typeof container !== "number") return checkKnownAtDestroy(container._credential, "destination", "onDestroy is DELETE", problems);
  const copy = copies[container];
  if (copy === undefined) return;
  const what =
    container === 0
      ? "is not made with BlobDestination.fromContainer"
      : `is not made with BlobDestination.fromContainer in the container and with the credential of copies[0]`;
  problems.add(
    `${nameOf(copy, container)}: onDestroy is DELETE, for which the set keeps an inventory in the one container of its destinations, but this destination ${what}; make a set for each container.`,
  );
}

function checkKey({ key }: DeclaredSetCopy, effective: string, twin: number | undefined, problems: Problems): void {
  if (key !== undefined && (typeof key !== "string" || key === "" || !new TokenAwareText(key).isKnown)) {
    problems.add(`key must be a string that is not empty and known at synth, got ${show(key)}.`);
  } else if (key !== undefined && !checkNoSecret(key, "key", problems)) {
    return;
  } else if (twin !== undefined) {
    problems.add(`key ${show(effective)} is also that of copies[${twin}]; give one of them another key.`);
  }
}

/** The file of a set can replace strings by values of the deploy, but not names. */
function checkMaps(copy: DeclaredSetCopy, problems: Problems): void {
  for (const name of MAP_OPTION_NAMES) {
    const map = copy[name];
    if (map === undefined) continue;
    if (isUnknownMap(map) || Object.keys(map).some((item) => !new TokenAwareText(item).isKnown)) {
      problems.add(
        `${name} has names that only ${words().tool} knows, and a copy of a set needs them at synth; give each name with its value.`,
      );
    }
  }
}

function nameOf(copy: DeclaredSetCopy, index: number): string {
  const key = isDeclaration(copy) ? keyOf(copy, index) : String(index);
  return key === String(index) ? `copies[${index}]` : `copies[${index}] ${show(key)}`;
}
