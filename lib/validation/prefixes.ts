import type { IConstruct } from "constructs";
import { DestroyPolicy, LocationKind, prefixKey, type PrefixReference } from "../../src/intent";
import { overlapOf } from "../../src/intent/overlap";
import type { DeclaredCopySet, DeclaredPrefix, DeclaredSide } from "../intent/declared-copy";
import { isSide, problemsOfSide } from "../shapes/side";
import { Problems } from "../framework/problems";
import { resolveIn, resolveValues } from "../framework/resolution";
import { checkCopyContradictions } from "./contradictions";
import { checkOptions } from "./copy";
import { checkCredential, checkEncryptionKey, checkKnownAtDestroy } from "./values/credentials";
import { checkGlobs, checkLeavesSome, globIn } from "./values/globs";
import { IN_COPIES, checkComposed, checkContainerName, checkNoAddress, checkNoLeadingSlash, checkPath } from "./values/names";
import { checkRename } from "./values/rename";
import { bytesInEnvironment } from "../framework/hcl";
import { TokenAwareText, show } from "../framework/tokens";
import { checkEndpoint, checkWritableEndpoint } from "./values/url";
import { checkNoSecret } from "./values/secrets";
import { checkNamesOfSet } from "./shared/set-clashes";
import { namesRead, namesWritten } from "./shared/set-names";
import { DestinationRegistry } from "./shared/destination-registry";

const MAX_PREFIX_CHARACTERS = 1024;
/** A side as a name of the declaration. The same word may also be part of a host. */
const SIDE = /\b(?:source|destination)(?=\.(?:credential|encryptionKeyEnvironment)\b)|^(?:source|destination)\b/g;
/** An environment variable is limited to 128 KiB, part of which is for Terraform's values. */
const MAX_NAMES_BYTES = 100_000;

/** Adds all problems of a set that copies from one prefix to another. */
export function checkPrefixes(set: IConstruct, config: DeclaredCopySet, isDestroyed: boolean, problems: Problems): void {
  const { length: problemsBefore } = problems.list;
  const { from, to, include, exclude, rename } = config;
  if (!isSourcePrefix(from)) problems.add("from must be made with BlobSource.fromPrefix.");
  if (!isDestinationPrefix(to)) problems.add("to must be made with BlobDestination.fromPrefix.");
  if (!isSourcePrefix(from) || !isDestinationPrefix(to)) return;
  const wrong = [...problemsOfSide(from, "from"), ...problemsOfSide(to, "to")];
  if (wrong.length > 0) {
    for (const problem of wrong) problems.add(problem);
    return;
  }
  checkPrefix(from._place, "from", problems);
  checkPrefix(to._place, "to", problems);
  checkWritableEndpoint(to._place.blobEndpoint, to._place.containerName, "to", problems);
  checkCredential(from._credential, from._place.blobEndpoint, "from", problems);
  checkCredential(to._credential, to._place.blobEndpoint, "to", problems);
  checkEncryptionKey(from._encryptionKey, from._place.blobEndpoint, "from", problems);
  checkEncryptionKey(to._encryptionKey, to._place.blobEndpoint, "to", problems);
  if (config.onDestroy === DestroyPolicy.DELETE) checkKnownAtDestroy(to._credential, "to", "onDestroy is DELETE", problems);
  checkOptions(config, problems);
  checkPrefixOptions(config, problems);
  checkGlobs(include, "include", from._place.prefix, problems);
  checkGlobs(exclude, "exclude", from._place.prefix, problems);
  checkLeavesSome(include, exclude, problems);
  checkRename(rename, from._place.prefix, to._place.prefix, problems);
  const bytes = bytesInEnvironment([include, exclude, rename]);
  if (bytes > MAX_NAMES_BYTES) {
    problems.add(`include, exclude and rename take ${bytes} bytes; a set takes at most ${MAX_NAMES_BYTES}. Declare the blobs in copies.`);
  }
  checkContradictions(config, from, to, problems);
  const resolve = resolveIn(set);
  const source = resolveValues(from._place, resolve) as PrefixReference;
  const destination = resolveValues(to._place, resolve) as PrefixReference;
  const rules = { include: include ?? [], exclude: exclude ?? [], rename: rename ?? {} };
  const overlap = overlapOf({ source, destination, ...rules });
  if (overlap !== undefined) problems.add(`from and to: ${overlap}.`);
  const deletes = config.prune === true || isDestroyed;
  const copy = { construct: set, name: set.node.path, deletes };
  const registry = DestinationRegistry.of(set);
  const writer = registry.claim(JSON.stringify([source, destination, include, exclude, rename]), copy);
  if (writer !== undefined) problems.add(`the same blobs are also copied by ${writer.name}; remove one of them.`);
  // An invalid glob has no certain meaning, so it is not compared with others.
  if (problems.list.length > problemsBefore) return;
  const places = { from: prefixKey(source), to: prefixKey(destination) };
  const names = { reads: namesRead(places.from, rules), writes: namesWritten(places.to, rules) };
  checkNamesOfSet({ ...copy, ...places, ...names }, registry, problems);
}

/** Returns whether a side was made by its class. */
export function isSourcePrefix(side: unknown): side is DeclaredPrefix {
  return isSide(side, "source prefix");
}

export function isDestinationPrefix(side: unknown): side is DeclaredPrefix {
  return isSide(side, "destination prefix");
}

/** Checks the set like a copy of any one of its blobs. */
function checkContradictions(config: DeclaredCopySet, from: DeclaredPrefix, to: DeclaredPrefix, problems: Problems): void {
  const one = ({ _place: { blobEndpoint, containerName }, ...side }: DeclaredPrefix): DeclaredSide => {
    const { _credential, _encryptionKey } = side;
    return { _place: { kind: LocationKind.BLOB, blobEndpoint, containerName, blobName: "b" }, _credential, _encryptionKey, _problems: [] };
  };
  const [source, destination] = [one(from), one(to)];
  const found = new Problems();
  checkCopyContradictions({ ...config, source, destination }, found);
  for (const problem of found.list) problems.add(problem.replace(SIDE, (side) => (side === "source" ? "from" : "to")));
}

function checkPrefix(place: PrefixReference, at: string, problems: Problems): void {
  checkEndpoint(place.blobEndpoint, "blob", `${at}.blobEndpoint`, problems);
  checkContainerName(place.containerName, `${at}.containerName`, problems);
  if (typeof place.prefix !== "string") {
    problems.add(`${at}.prefix must be a string, got ${show(place.prefix)}.`);
    return;
  }
  checkComposed(place.prefix, `${at}.prefix`, IN_COPIES, problems);
  const text = new TokenAwareText(place.prefix);
  if (text.withoutTokens.length > MAX_PREFIX_CHARACTERS) {
    problems.add(`${at}.prefix has ${text.withoutTokens.length} characters; the service takes names of at most ${MAX_PREFIX_CHARACTERS}.`);
  }
  if (!checkNoSecret(place.prefix, `${at}.prefix`, problems)) return;
  if (!checkNoAddress(text.withoutTokens, place.prefix, `${at}.prefix`, problems)) return;
  const glob = globIn(text.withoutTokens);
  if (glob !== undefined)
    problems.add(
      `${at}.prefix ${show(place.prefix)} ${glob}, but a prefix is the text at the start of names; remove it, and give globs in include.`,
    );
  checkNoLeadingSlash(text.withoutTokens, place.prefix, `${at}.prefix`, "the container", problems);
  // A prefix may end within a name, and then with a dot, because the name continues after it.
  checkPath(
    text.withoutTokens.replace(/[^/]*$/, (rest) => rest.replace(/(?<=[^.])\.+$/, "")),
    place.prefix,
    `${at}.prefix`,
    problems,
  );
}

/** Adds problems of options that can hold for one blob, but not for every blob below a prefix. */
function checkPrefixOptions(config: DeclaredCopySet, problems: Problems): void {
  if (config.destinationLeaseId !== undefined) {
    problems.add("destinationLeaseId is given, but a lease is on one blob, and from copies many; declare the leased ones in copies.");
  }
  if (config.sourceContentMd5 !== undefined) {
    problems.add("sourceContentMd5 is given, but it is of one blob's content, and from copies many; declare the blobs in copies.");
  }
  for (const side of ["sourceConditions", "destinationConditions"] as const) {
    const { ifMatch } = config[side] ?? {};
    if (ifMatch !== undefined && ifMatch !== "*") {
      problems.add(`${side}.ifMatch is the ETag of one blob, and from copies many; remove it, or declare the blobs in copies.`);
    }
  }
}
