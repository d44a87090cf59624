import {
  AccessTier,
  CopyDeclaration,
  CopyIntent,
  CopyMethod,
  CredentialKind,
  INTENT_VERSION,
  LocationKind,
  OverwritePolicy,
  RecopyPolicy,
  RehydratePriority,
  RollbackPolicy,
  SourceGuard,
} from "../intent";
import { ExitCode } from "../process/exit-code";
import { CopyFailure } from "./copy-failure";

const HOUR = 3_600_000;

type Fields = Readonly<Record<string, unknown>>;

/** Checks an intent once and gives it its type; defaults stand in for what an intent written by hand leaves out. */
export function parseIntent(json: unknown): CopyIntent {
  const problems: string[] = [];
  const intent = fieldsOf(json, "the intent", problems);
  if (intent.version !== INTENT_VERSION) {
    problems.push(`version is ${show(intent.version)}, but this program reads version ${INTENT_VERSION}; synthesize again with the library's version that is installed`);
  }
  const copies = Array.isArray(intent.copies) ? intent.copies : [];
  if (copies.length === 0) problems.push("copies must be a list of at least one copy");
  const parsed: CopyIntent = {
    version: INTENT_VERSION,
    owner: optional(intent, "owner", "string", problems, "") ?? "",
    copies: copies.map((copy, index) => parseCopy(copy, `copies[${index}]`, problems)),
    wait: optional(intent, "wait", "boolean", problems, "") ?? true,
    timeoutMilliseconds: optional(intent, "timeoutMilliseconds", "number", problems, "") ?? HOUR,
    rollback: oneOf(RollbackPolicy, intent, "rollback", RollbackPolicy.RESTORE, "", problems),
    recopy: oneOf(RecopyPolicy, intent, "recopy", RecopyPolicy.ON_INTENT_CHANGE, "", problems),
  };
  if (!(parsed.timeoutMilliseconds > 0)) problems.push("timeoutMilliseconds must be a positive number");
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

function parseCopy(json: unknown, at: string, problems: string[]): CopyDeclaration {
  const copy = fieldsOf(json, at, problems);
  checkLocation(copy.source, `${at}.source`, problems);
  checkLocation(copy.destination, `${at}.destination`, problems);
  for (const name of ["metadata", "tags", "contentHeaders", "sourceConditions", "destinationConditions"]) {
    if (copy[name] !== undefined) checkStrings(copy[name], `${at}.${name}`, problems);
  }
  if (copy.accessTier !== undefined) oneOf(AccessTier, copy, "accessTier", AccessTier.HOT, at, problems);
  if (copy.rehydratePriority !== undefined) oneOf(RehydratePriority, copy, "rehydratePriority", RehydratePriority.STANDARD, at, problems);
  optional(copy, "copySourceTags", "boolean", problems, at);
  optional(copy, "destinationLeaseId", "string", problems, at);
  return {
    ...(copy as unknown as CopyDeclaration),
    overwrite: oneOf(OverwritePolicy, copy, "overwrite", OverwritePolicy.ALWAYS, at, problems),
    method: oneOf(CopyMethod, copy, "method", CopyMethod.AUTO, at, problems),
    sourceGuard: oneOf(SourceGuard, copy, "sourceGuard", SourceGuard.ETAG, at, problems),
  };
}

const REQUIRED_OF_LOCATION: Readonly<Record<LocationKind, readonly string[]>> = {
  [LocationKind.URL]: ["url"],
  [LocationKind.BLOB]: ["blobEndpoint", "containerName", "blobName"],
  [LocationKind.FILE]: ["fileEndpoint", "shareName", "filePath"],
};

/** Checks a location's shape; its parts are checked where the URL is made. */
export function checkLocation(json: unknown, at: string, problems: string[]): void {
  const location = fieldsOf(json, at, problems);
  const kind = oneOf(LocationKind, location, "kind", LocationKind.URL, at, problems);
  for (const name of REQUIRED_OF_LOCATION[kind]) {
    if (typeof location[name] !== "string" || location[name] === "") problems.push(`${at}.${name} must be a string that is not empty`);
  }
  if (location.credential === undefined || location.credential === null) return;
  const credential = fieldsOf(location.credential, `${at}.credential`, problems);
  const credentialKind = oneOf(CredentialKind, credential, "kind", CredentialKind.ANONYMOUS, `${at}.credential`, problems);
  const readsVariable = ![CredentialKind.ANONYMOUS, CredentialKind.DEFAULT_AZURE_CREDENTIAL].includes(credentialKind);
  if (readsVariable && typeof credential.variable !== "string") {
    problems.push(`${at}.credential.variable must name the environment variable that holds the secret`);
  }
}

function fieldsOf(json: unknown, at: string, problems: string[]): Fields {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Fields;
  problems.push(`${at} must be an object, got ${show(json)}`);
  return {};
}

function checkStrings(json: unknown, at: string, problems: string[]): void {
  for (const [name, value] of Object.entries(fieldsOf(json, at, problems))) {
    if (typeof value !== "string") problems.push(`${at}.${name} must be a string, got ${show(value)}`);
  }
}

interface TypeOf {
  string: string;
  number: number;
  boolean: boolean;
}

function optional<Name extends keyof TypeOf>(fields: Fields, name: string, type: Name, problems: string[], at: string): TypeOf[Name] | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== type) {
    problems.push(`${at === "" ? "" : `${at}.`}${name} must be a ${type}, got ${show(value)}`);
    return undefined;
  }
  return value as TypeOf[Name];
}

function oneOf<Value extends string>(values: Readonly<Record<string, Value>>, fields: Fields, name: string, byDefault: Value, at: string, problems: string[]): Value {
  const value = fields[name];
  if (value === undefined || value === null) return byDefault;
  const found = Object.values(values).find((known) => known === value);
  if (found === undefined) {
    problems.push(`${at === "" ? "" : `${at}.`}${name} must be one of ${Object.values(values).join(", ")}, got ${show(value)}`);
  }
  return found ?? byDefault;
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : (JSON.stringify(value).slice(0, 60) ?? "nothing");
}
