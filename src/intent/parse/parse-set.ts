import type { CopyManifest, CopySet, ManifestInventory, PrefixCopies, PrefixReference } from "..";
import { DEFAULT_CONCURRENCY, DEFAULT_SET_OVERWRITE, DestroyPolicy, MAX_CONCURRENCY, NOT_EMPTY, defaultMaxFailures } from "..";
import { Fields } from "./fields";
import { overlapOf } from "../overlap";
import { checkKeys, checkMethodOfSet, parseCredential, parseKey, parseOptions, refuseOtherFields } from "./parse-copy";

/** Defaults for each copy of a set. */
export const SET_DEFAULTS = { overwrite: DEFAULT_SET_OVERWRITE };

const SET_FIELDS = [
  ...["manifest", "prefixes", "atomic", "prune", "allowEmpty", "onDestroy", "inventory", "maxConcurrency", "maxFailures"],
  ...["bandwidthBytesPerSecond", "manifestOut", "report", "resultKeys"],
];
const PREFIX_FIELDS = ["blobEndpoint", "containerName", "prefix", "credential", "encryptionKey"];

/**
 * Checks the set of an intent; defaults replace fields that an intent written by hand leaves out.
 */
export function parseSet(set: Fields): CopySet {
  set.refuseOthers(SET_FIELDS);
  const manifest = set.child("manifest");
  const prefixes = set.child("prefixes");
  if ((manifest === undefined) === (prefixes === undefined)) set.problems.push(`${set.at} must have either manifest or prefixes`);
  const prune = set.boolean("prune") ?? false;
  if (prune && manifest !== undefined) set.problem("prune", `needs ${set.at}.prefixes: a manifest has no source that could lose a blob`);
  const onDestroy = set.oneOf("onDestroy", DestroyPolicy);
  const inventory = set.child("inventory");
  if (onDestroy === DestroyPolicy.DELETE && manifest !== undefined && inventory === undefined)
    set.problem("onDestroy", `needs ${set.at}.inventory: the place where the set notes its copies of the manifest`);
  const bandwidth = set.integer("bandwidthBytesPerSecond", { min: 1 });
  const manifestOut = set.text("manifestOut", NOT_EMPTY);
  const report = set.text("report", NOT_EMPTY);
  const atomic = set.boolean("atomic") ?? false;
  if (atomic && prefixes?.child("destination")?.has("encryptionKey") === true)
    set.problem(
      "atomic",
      "cannot be given with an encryption key of the destination: Copy Blob, by which a rollback restores it, cannot send one",
    );
  const allowEmpty = set.boolean("allowEmpty");
  return {
    ...(manifest === undefined ? {} : { manifest: parseManifest(manifest) }),
    ...(prefixes === undefined ? {} : { prefixes: parsePrefixes(prefixes) }),
    atomic,
    prune,
    ...(allowEmpty === undefined ? {} : { allowEmpty }),
    ...(onDestroy === undefined ? {} : { onDestroy }),
    ...(inventory === undefined || manifest === undefined ? {} : { inventory: parseInventory(inventory) }),
    maxConcurrency: set.integer("maxConcurrency", { min: 1, max: MAX_CONCURRENCY }) ?? DEFAULT_CONCURRENCY,
    maxFailures: set.integer("maxFailures", { min: 0 }) ?? defaultMaxFailures(atomic),
    ...(bandwidth === undefined ? {} : { bandwidthBytesPerSecond: bandwidth }),
    ...(manifestOut === undefined ? {} : { manifestOut }),
    ...(report === undefined ? {} : { report }),
    resultKeys: set.texts("resultKeys"),
  };
}

function parseInventory(inventory: Fields): ManifestInventory {
  const formerName = inventory.text("formerName");
  return {
    destination: parsePrefix(inventory.requiredChild("destination")),
    name: inventory.requiredText("name"),
    ...(formerName === undefined ? {} : { formerName }),
  };
}

function parseManifest(manifest: Fields): CopyManifest {
  manifest.refuseOthers(["file", "values"]);
  return { file: manifest.requiredText("file"), values: manifest.list("values") };
}

function parsePrefixes(prefixes: Fields): PrefixCopies {
  const options = prefixes.child("options") ?? new Fields({}, `${prefixes.at}.options`, prefixes.problems);
  prefixes.refuseOthers(["source", "destination", "include", "exclude", "rename", "options"]);
  const [source, destination] = [prefixes.requiredChild("source"), prefixes.requiredChild("destination")];
  for (const place of [source, destination]) refuseOtherFields(place, PREFIX_FIELDS);
  prefixes.refuseNulls("include", "exclude", "rename");
  const include = prefixes.texts("include");
  if (prefixes.has("include") && prefixes.list("include").length === 0)
    prefixes.problem("include", "is empty, which would mean every name; leave it out for that");
  const parsed: PrefixCopies = {
    source: parsePrefix(source),
    destination: parsePrefix(destination),
    include,
    exclude: prefixes.texts("exclude"),
    rename: prefixes.map("rename") ?? {},
    options: parseOptions(options, SET_DEFAULTS),
  };
  checkMethodOfSet(options, parsed.options);
  checkKeys(options, { ...parsed.options, source: parsed.source, destination: parsed.destination });
  const overlap = overlapOf(parsed);
  if (overlap !== undefined) prefixes.problems.push(overlap);
  return parsed;
}

export function parsePrefix(prefix: Fields): PrefixReference {
  // Without a prefix, the whole container would be meant.
  prefix.refuseNulls("prefix");
  const credential = prefix.child("credential");
  const key = prefix.child("encryptionKey");
  return {
    blobEndpoint: prefix.requiredText("blobEndpoint"),
    containerName: prefix.requiredText("containerName"),
    prefix: prefix.text("prefix") ?? "",
    ...(credential === undefined ? {} : { credential: parseCredential(credential) }),
    ...(key === undefined ? {} : { encryptionKey: parseKey(key) }),
  };
}
