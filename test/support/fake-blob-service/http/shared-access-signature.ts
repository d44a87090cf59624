import type { AccountState } from "../state/blob-state";
import type { Query } from "./call";
import { ServiceFailure } from "../service-failure";
import { hmac } from "./shared-key";

/** The resource for which a shared access signature must be valid. */
export interface SignedResource {
  readonly account: AccountState;
  readonly service: "blob" | "file";
  readonly level: "service" | "container" | "blob";
  readonly container: string;
  readonly blob: string;
  readonly query: Query;
  readonly header: (name: string) => string | undefined;
  readonly isSecure: boolean;
}

/**
 * By account key or delegation secret, since several services in one process have accounts of the
 * same name.
 */
const caches = new WeakMap<Buffer, Map<string, string>>();
const CACHE_SIZE = 20_000;

/** One SAS is used for many requests, so its signature is computed once. */
function cachedSignature(owner: Buffer, text: string, compute: () => string): string {
  let cache = caches.get(owner);
  if (cache === undefined) caches.set(owner, (cache = new Map<string, string>()));
  let signature = cache.get(text);
  if (signature === undefined) {
    if (cache.size >= CACHE_SIZE) cache.clear();
    signature = compute();
    cache.set(text, signature);
  }
  return signature;
}

export interface DelegationKeyFields {
  readonly skoid: string;
  readonly sktid: string;
  readonly skt: string;
  readonly ske: string;
  readonly sks: string;
  readonly skv: string;
}

/** The value of a user delegation key, derived from the key's fields that a SAS repeats. */
export function delegationKeyValue(account: AccountState, fields: DelegationKeyFields): string {
  return hmac(
    account.delegationSecret,
    [account.name, fields.skoid, fields.sktid, fields.skt, fields.ske, fields.sks, fields.skv].join("\n"),
  );
}

function accountStringToSign(account: string, query: Query): string {
  const version = query.sv ?? "";
  const fields = [account, query.sp, query.ss, query.srt, query.st, query.se, query.sip, query.spr, version];
  if (version >= "2020-12-06") fields.push(query.ses);
  return `${fields.map((field) => field ?? "").join("\n")}\n`;
}

function canonicalName(resource: SignedResource): string {
  const name = `/${resource.service}/${resource.account.name}/${resource.container}`;
  return resource.query.sr === "c" || resource.query.sr === "s" ? name : `${name}/${resource.blob}`;
}

function delegationFields(query: Query, version: string): (string | undefined)[] {
  const fields = [query.skoid, query.sktid, query.skt, query.ske, query.sks, query.skv];
  if (version >= "2020-02-10") fields.push(query.saoid, query.suoid, query.scid);
  if (version >= "2025-07-05") fields.push(query.skdutid, query.sduoid);
  return fields;
}

function requestBoundFields(resource: SignedResource): string[] {
  const headers = (resource.query.srh ?? "").split(",").filter(Boolean);
  const parameters = (resource.query.srq ?? "").split(",").filter(Boolean);
  return [
    headers.map((name) => `${name}:${resource.header(name.toLowerCase()) ?? ""}\n`).join(""),
    parameters.map((name) => `\n${name}:${resource.query[name.toLowerCase()] ?? ""}`).join(""),
  ];
}

function serviceStringToSign(resource: SignedResource): string {
  const { query } = resource;
  const version = query.sv ?? "";
  const isDelegated = query.skoid !== undefined;
  const fields = [query.sp, query.st, query.se, canonicalName(resource)];
  if (isDelegated) fields.push(...delegationFields(query, version));
  else fields.push(query.si);
  fields.push(query.sip, query.spr, version);
  if (resource.service === "blob") {
    if (version >= "2018-11-09") fields.push(query.sr, query.sr === "bs" ? query.snapshot : query.sr === "bv" ? query.versionid : "");
    if (version >= "2020-12-06") fields.push(query.ses);
    if (isDelegated && version >= "2026-04-06") fields.push(...requestBoundFields(resource));
  }
  fields.push(query.rscc, query.rscd, query.rsce, query.rscl, query.rsct);
  return fields.map((field) => field ?? "").join("\n");
}

function expectedSignature(resource: SignedResource): string {
  const { account, query } = resource;
  const text = query.ss === undefined ? serviceStringToSign(resource) : accountStringToSign(account.name, query);
  if (query.skoid === undefined) return cachedSignature(account.key, text, () => hmac(account.key, text));
  const { skoid, sktid = "", skt = "", ske = "", sks = "", skv = "" } = query;
  if (!(Date.parse(ske) > Date.now()) || Date.parse(skt) > Date.now()) throw new ServiceFailure("AuthenticationFailed");
  return cachedSignature(account.delegationSecret, text, () => {
    const value = delegationKeyValue(account, { skoid, sktid, skt, ske, sks, skv });
    return hmac(Buffer.from(value, "base64"), text);
  });
}

function checkScope(resource: SignedResource): void {
  const { query } = resource;
  if (query.spr === "https" && !resource.isSecure) throw new ServiceFailure("AuthorizationProtocolMismatch");
  if (query.sip !== undefined && !query.sip.split("-").includes("127.0.0.1")) throw new ServiceFailure("AuthorizationSourceIPMismatch");
  if (query.ss !== undefined) {
    if (!query.ss.includes(resource.service[0] ?? "")) throw new ServiceFailure("AuthorizationServiceMismatch");
    const level = { service: "s", container: "c", blob: "o" }[resource.level];
    if (!(query.srt ?? "").includes(level)) throw new ServiceFailure("AuthorizationResourceTypeMismatch");
    return;
  }
  const isAboutBlob = resource.level === "blob" || (resource.level === "container" && query.comp === "list");
  const isSigned = { c: isAboutBlob, s: isAboutBlob, b: resource.level === "blob", f: resource.level === "blob" }[query.sr ?? ""];
  const isMoment = (query.sr === "bs" && query.snapshot !== undefined) || (query.sr === "bv" && query.versionid !== undefined);
  if (!isSigned && !(isMoment && resource.level === "blob"))
    throw notBelieved("The specified signed resource is not allowed for the this resource level");
}

/** The body has the reason next to the message, as it was recorded. */
function notBelieved(AuthenticationErrorDetail: string): ServiceFailure {
  return new ServiceFailure("AuthenticationFailed", { details: { AuthenticationErrorDetail } });
}

/** Verifies a SAS and returns its permissions. */
export function verifySharedAccessSignature(resource: SignedResource): string {
  const { query } = resource;
  const now = Date.now();
  if (!(Date.parse(query.se ?? "") > now) || (query.st !== undefined && !(Date.parse(query.st) <= now))) {
    const frame = `Start [${query.st ?? ""}] - Expiry [${query.se ?? ""}] - Current [${new Date(now).toUTCString()}]`;
    throw notBelieved(`Signature not valid in the specified time frame: ${frame}`);
  }
  if (expectedSignature(resource) !== query.sig) {
    throw notBelieved("Signature did not match. String to sign used was …");
  }
  checkScope(resource);
  return query.sp ?? "";
}

export interface SasRequest {
  readonly permissions: string;
  readonly startsOn?: Date;
  /** Default: in an hour. */
  readonly expiresOn?: Date;
  /** `sip`, `spr`. */
  readonly addresses?: string;
  readonly protocol?: string;
}

/** Mints a service SAS (`b` or `c`; `f` or `s` for files), as a query string without `?`. */
export function mintSas(
  account: AccountState,
  service: "blob" | "file",
  container: string,
  blob: string | undefined,
  request: SasRequest,
): string {
  const seconds = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;
  const query: Record<string, string> = {
    sv: "2021-12-02",
    sr: service === "blob" ? (blob === undefined ? "c" : "b") : blob === undefined ? "s" : "f",
    sp: request.permissions,
    se: seconds(request.expiresOn ?? new Date(Date.now() + 3_600_000)),
  };
  if (request.startsOn) query.st = seconds(request.startsOn);
  if (request.addresses) query.sip = request.addresses;
  if (request.protocol) query.spr = request.protocol;
  const text = serviceStringToSign({
    account,
    service,
    level: "blob",
    container,
    blob: blob ?? "",
    query,
    header: () => undefined,
    isSecure: true,
  });
  query.sig = hmac(account.key, text);
  return new URLSearchParams(query).toString();
}
