import type { CopyManifest, CopySet, PrefixCopies, PrefixReference } from ".";
import { type Fields, fieldsOf, optional, parseCredential, parseOptions, withoutNulls } from "./parse-intent";

const MOST_REQUESTS = 4_096;
const DEFAULT_REQUESTS = 256;

/** Checks the set of an intent; defaults stand in for what an intent written by hand leaves out. */
export function parseSet(json: unknown, problems: string[]): CopySet {
  const set = withoutNulls(fieldsOf(json, "set", problems));
  if ((set.manifest === undefined) === (set.prefixes === undefined)) problems.push("set must have either manifest or prefixes");
  const number = (name: string, least: number, most: number, byDefault: number | undefined) => {
    const value = optional(set, name, "number", problems, "set") ?? byDefault;
    if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most)) {
      problems.push(`set.${name} must be a whole number from ${least} to ${most}, got ${value}`);
    }
    return value;
  };
  if (set.prune === true && set.manifest !== undefined)
    problems.push("set.prune needs set.prefixes: a manifest has no source that could lose a blob");
  const bandwidth = number("bandwidthBytesPerSecond", 1, Number.MAX_SAFE_INTEGER, undefined);
  const manifestOut = optional(set, "manifestOut", "string", problems, "set");
  const report = optional(set, "report", "string", problems, "set");
  const atomic = optional(set, "atomic", "boolean", problems, "set") ?? false;
  return {
    ...(set.manifest === undefined ? {} : { manifest: parseManifest(set.manifest, problems) }),
    ...(set.prefixes === undefined ? {} : { prefixes: parsePrefixes(set.prefixes, problems) }),
    atomic,
    prune: optional(set, "prune", "boolean", problems, "set") ?? false,
    maxConcurrency: number("maxConcurrency", 1, MOST_REQUESTS, DEFAULT_REQUESTS) ?? DEFAULT_REQUESTS,
    maxFailures: number("maxFailures", 0, Number.MAX_SAFE_INTEGER, 0) ?? 0,
    ...(bandwidth === undefined ? {} : { bandwidthBytesPerSecond: bandwidth }),
    ...(manifestOut === undefined ? {} : { manifestOut }),
    ...(report === undefined ? {} : { report }),
    resultKeys: strings(set, "resultKeys", "set", problems),
  };
}

function parseManifest(json: unknown, problems: string[]): CopyManifest {
  const manifest = fieldsOf(json, "set.manifest", problems);
  const file = optional(manifest, "file", "string", problems, "set.manifest") ?? "";
  if (file === "") problems.push("set.manifest.file must name a file");
  return { file, values: strings(manifest, "values", "set.manifest", problems) };
}

function parsePrefixes(json: unknown, problems: string[]): PrefixCopies {
  const at = "set.prefixes";
  const prefixes = fieldsOf(json, at, problems);
  const rename = fieldsOf(prefixes.rename ?? {}, `${at}.rename`, problems);
  for (const [name, to] of Object.entries(rename)) if (typeof to !== "string") problems.push(`${at}.rename["${name}"] must be a string`);
  return {
    source: parsePrefix(prefixes.source, `${at}.source`, problems),
    destination: parsePrefix(prefixes.destination, `${at}.destination`, problems),
    include: strings(prefixes, "include", at, problems),
    exclude: strings(prefixes, "exclude", at, problems),
    rename: rename as Readonly<Record<string, string>>,
    options: parseOptions(fieldsOf(prefixes.options ?? {}, `${at}.options`, problems), `${at}.options`, problems),
  };
}

function parsePrefix(json: unknown, at: string, problems: string[]): PrefixReference {
  const prefix = withoutNulls(fieldsOf(json, at, problems));
  for (const name of ["blobEndpoint", "containerName"]) {
    if (typeof prefix[name] !== "string" || prefix[name] === "") problems.push(`${at}.${name} must be a string that is not empty`);
  }
  return {
    blobEndpoint: String(prefix.blobEndpoint),
    containerName: String(prefix.containerName),
    prefix: optional(prefix, "prefix", "string", problems, at) ?? "",
    ...(prefix.credential === undefined ? {} : { credential: parseCredential(prefix.credential, `${at}.credential`, problems) }),
  };
}

function strings(fields: Fields, name: string, at: string, problems: string[]): readonly string[] {
  const value = fields[name] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  problems.push(`${at}.${name} must be a list of strings`);
  return [];
}
