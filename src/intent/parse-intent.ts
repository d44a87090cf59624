import type { CopyDeclaration, CopyIntent, CredentialReference, LocationReference } from ".";
import {
  AccessTier,
  CopyMethod,
  CredentialKind,
  INTENT_VERSION,
  LocationKind,
  OverwritePolicy,
  RecopyPolicy,
  RehydratePriority,
  RollbackPolicy,
  SourceGuard,
} from ".";
import { ExitCode } from "../failure/exit-code";
import { CopyFailure } from "../failure/copy-failure";
import { parseSet } from "./parse-set";

const HOUR = 3_600_000;

export type Fields = Readonly<Record<string, unknown>>;

/** Checks an intent once and gives it its type; defaults stand in for what an intent written by hand leaves out. */
export function parseIntent(json: unknown): CopyIntent {
  const problems: string[] = [];
  const intent = fieldsOf(json, "the intent", problems);
  if (intent.version !== INTENT_VERSION) {
    problems.push(
      `version is ${show(intent.version)}, but this program reads version ${INTENT_VERSION}; synthesize again with the library's version that is installed`,
    );
  }
  const copies = Array.isArray(intent.copies) ? intent.copies : [];
  const hasSet = intent.set !== undefined && intent.set !== null;
  if (copies.length === 0 && !hasSet) problems.push("copies must be a list of at least one copy");
  if (copies.length > 0 && hasSet) problems.push("an intent has either copies or a set");
  const parsed: CopyIntent = {
    version: INTENT_VERSION,
    owner: optional(intent, "owner", "string", problems, "") ?? "",
    copies: copies.map((copy, index) => parseCopy(copy, `copies[${index}]`, problems)),
    ...(hasSet ? { set: parseSet(intent.set, problems) } : {}),
    wait: optional(intent, "wait", "boolean", problems, "") ?? true,
    timeoutMilliseconds: optional(intent, "timeoutMilliseconds", "number", problems, "") ?? HOUR,
    rollback: oneOf(RollbackPolicy, intent, "rollback", RollbackPolicy.RESTORE, "", problems),
    recopy: oneOf(RecopyPolicy, intent, "recopy", RecopyPolicy.ON_INTENT_CHANGE, "", problems),
  };
  if (!(parsed.timeoutMilliseconds > 0)) problems.push("timeoutMilliseconds must be a positive number");
  if (parsed.set?.atomic === true && parsed.rollback === RollbackPolicy.ABORT_ONLY) {
    problems.push("an atomic set is put back when it fails: rollback must be restore");
  }
  if (hasSet && !parsed.wait) problems.push("a set is waited for: wait must be true");
  if (problems.length > 0) throw badIntent(problems);
  return parsed;
}

export function badIntent(problems: readonly string[]): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.BAD_INTENT,
    what: "The copy intent cannot be used",
    why: problems.join("; "),
    remedy: "correct the declaration; nothing was requested from the service",
  });
}

/** Of a copy, everything but where it is from and goes to; a prefix declares these for all its blobs. */
export function parseOptions(json: unknown, at: string, problems: string[]): Omit<CopyDeclaration, "source" | "destination"> {
  const options = withoutNulls(fieldsOf(json, at, problems));
  const maps = Object.fromEntries(
    MAPS_OF_COPY.filter((name) => options[name] !== undefined).map((name) => [name, texts(options[name], `${at}.${name}`, problems)]),
  );
  if (options.accessTier !== undefined) oneOf(AccessTier, options, "accessTier", AccessTier.HOT, at, problems);
  if (options.rehydratePriority !== undefined)
    oneOf(RehydratePriority, options, "rehydratePriority", RehydratePriority.STANDARD, at, problems);
  optional(options, "copySourceTags", "boolean", problems, at);
  optional(options, "destinationLeaseId", "string", problems, at);
  return {
    ...(options as unknown as CopyDeclaration),
    ...maps,
    overwrite: oneOf(OverwritePolicy, options, "overwrite", OverwritePolicy.ALWAYS, at, problems),
    method: oneOf(CopyMethod, options, "method", CopyMethod.AUTO, at, problems),
    sourceGuard: oneOf(SourceGuard, options, "sourceGuard", SourceGuard.ETAG, at, problems),
  };
}

const MAPS_OF_COPY = ["metadata", "tags", "contentHeaders", "sourceConditions", "destinationConditions"] as const;

export function parseCopy(json: unknown, at: string, problems: string[]): CopyDeclaration {
  const copy = fieldsOf(json, at, problems);
  return {
    ...parseOptions(copy, at, problems),
    source: parseLocation(copy.source, `${at}.source`, problems),
    destination: parseLocation(copy.destination, `${at}.destination`, problems),
  };
}

const REQUIRED_OF_LOCATION: Readonly<Record<LocationKind, readonly string[]>> = {
  [LocationKind.URL]: ["url"],
  [LocationKind.BLOB]: ["blobEndpoint", "containerName", "blobName"],
  [LocationKind.FILE]: ["fileEndpoint", "shareName", "filePath"],
};

/** Checks a location's shape; its parts are checked where the URL is made. */
export function parseLocation(json: unknown, at: string, problems: string[]): LocationReference {
  const location = withoutNulls(fieldsOf(json, at, problems));
  const kind = oneOf(LocationKind, location, "kind", LocationKind.URL, at, problems);
  const parts = texts(Object.fromEntries(Object.entries(location).filter(([name]) => name !== "credential")), at, problems);
  for (const name of REQUIRED_OF_LOCATION[kind]) {
    if ((parts[name] ?? "") === "") problems.push(`${at}.${name} must be a string that is not empty`);
  }
  const credential =
    location.credential === undefined ? {} : { credential: parseCredential(location.credential, `${at}.credential`, problems) };
  return { ...parts, kind, ...credential };
}

export function parseCredential(json: unknown, at: string, problems: string[]): CredentialReference {
  const credential = texts(withoutNulls(fieldsOf(json, at, problems)), at, problems);
  const kind = oneOf(CredentialKind, credential, "kind", CredentialKind.ANONYMOUS, at, problems);
  const readsVariable = ![CredentialKind.ANONYMOUS, CredentialKind.DEFAULT_AZURE_CREDENTIAL].includes(kind);
  if (readsVariable && credential.variable === undefined)
    problems.push(`${at}.variable must name the environment variable that holds the secret`);
  return { ...credential, kind };
}

/** Terraform writes what was not given as null. */
export function withoutNulls(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** Values of a map as text: a number that Terraform computed arrives as a number. */
function texts(json: unknown, at: string, problems: string[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(withoutNulls(fieldsOf(json, at, problems)))) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") result[name] = String(value);
    else problems.push(`${at}.${name} must be a string, got ${show(value)}`);
  }
  return result;
}

export function fieldsOf(json: unknown, at: string, problems: string[]): Fields {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Fields;
  problems.push(`${at} must be an object, got ${show(json)}`);
  return {};
}

interface TypeOf {
  string: string;
  number: number;
  boolean: boolean;
}

export function optional<Name extends keyof TypeOf>(
  fields: Fields,
  name: string,
  type: Name,
  problems: string[],
  at: string,
): TypeOf[Name] | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== type) {
    problems.push(`${at === "" ? "" : `${at}.`}${name} must be a ${type}, got ${show(value)}`);
    return undefined;
  }
  return value as TypeOf[Name];
}

function oneOf<Value extends string>(
  values: Readonly<Record<string, Value>>,
  fields: Fields,
  name: string,
  byDefault: Value,
  at: string,
  problems: string[],
): Value {
  const value = fields[name];
  if (value === undefined || value === null) return byDefault;
  const found = Object.values(values).find((known) => known === value);
  if (found === undefined) {
    problems.push(`${at === "" ? "" : `${at}.`}${name} must be one of ${Object.values(values).join(", ")}, got ${show(value)}`);
  }
  return found ?? byDefault;
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60);
}
