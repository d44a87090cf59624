import type { LocationReference } from "../../../src/intent";
import { LocationKind, addressOf } from "../../../src/intent";
import type { Problems } from "../../framework/problems";
import { checkPath, isText } from "./names";
import { DeclaredText, show } from "../../framework/tokens";

const SIGNATURE = /[?&]sig=/i;
const MAXIMUM_SOURCE_URL_CHARACTERS = 2048;
const AZURE_HOST = /\.(blob|file|dfs)\.(core\.[a-z.]+|storage\.azure\.net)$|\.(blob|file|dfs)\.storage\.azure\.net$/i;
const FILE_HOST = /\.file\.(core\.[a-z.]+|storage\.azure\.net)$/i;

export const SAS_FIX =
  'remove the query, and give the SAS as credential: Credential.sasFromEnvironment("NAME_OF_A_VARIABLE"), or Credential.sas(value) for one that Terraform makes';

/** The URL of a source. */
export function checkSourceUrl(value: unknown, at: string, problems: Problems): void {
  if (!isText(value, at, problems)) return;
  checkUrl(value, at, problems);
  const { masked } = new DeclaredText(value);
  if (masked.length > MAXIMUM_SOURCE_URL_CHARACTERS) {
    problems.add(`${at} has ${masked.length} characters; the service takes a copy source of at most 2 KiB.`);
  }
  const parameters = queryOf(masked);
  if (parameters.has("snapshot") && parameters.has("versionid")) {
    problems.add(`${at} ${show(value)} names a snapshot and a version; a source is one of both.`);
  }
}

/** The URL of a destination, which is a base blob. */
export function checkDestinationUrl(value: unknown, at: string, problems: Problems): void {
  if (!isText(value, at, problems)) return;
  checkUrl(value, at, problems);
  const text = new DeclaredText(value);
  const parameters = queryOf(text.masked);
  if (parameters.has("snapshot") || parameters.has("versionid")) {
    problems.add(`${at} ${show(value)} names a snapshot or a version, which is read-only; give the URL of the blob, without a query.`);
  } else if (parameters.size > 0 && !SIGNATURE.test(text.masked)) {
    problems.add(`${at} ${show(value)} has a query; give the URL of the blob without one.`);
  }
  const url = text.isKnown ? parse(value) : undefined;
  if (url?.protocol.startsWith("http") && url.pathname.split("/").filter((segment) => segment !== "").length < 1) {
    problems.add(`${at} ${show(value)} names no blob; give https://account.blob.core.windows.net/container/blob.`);
  }
}

/** The endpoint of a service, to which container and blob, or share and path, are added. */
export function checkEndpoint(value: unknown, at: string, problems: Problems): void {
  if (!isText(value, at, problems)) return;
  checkUrl(value, at, problems);
  const { masked } = new DeclaredText(value);
  if (masked.includes("?") && !SIGNATURE.test(masked)) {
    problems.add(`${at} ${show(value)} has a query; give the endpoint alone, such as https://account.blob.core.windows.net/.`);
  }
}

/** Text that ends up in Terraform's state must not carry a signature. */
export function checkNoSas(value: string, at: string, problems: Problems): void {
  if (SIGNATURE.test(new DeclaredText(value).masked)) {
    problems.add(`${at} holds a SAS (sig=…), which would be written to the synthesized folder and to Terraform's state; ${SAS_FIX}.`);
  }
}

/** Whether it is known at synth that a place is outside Azure Storage; a custom domain counts as outside unless it has a credential. */
export function isOutsideAzure(place: LocationReference): boolean {
  const host = knownHost(place);
  return place.kind === LocationKind.URL && host !== undefined && !AZURE_HOST.test(host);
}

/** Whether it is known at synth that a place is a file of a share. */
export function isFile(place: LocationReference): boolean {
  const host = knownHost(place);
  return place.kind === LocationKind.FILE || (place.kind === LocationKind.URL && host !== undefined && FILE_HOST.test(host));
}

/** Whether it is known at synth that a place is a snapshot or a version. */
export function isImmutable(place: LocationReference): boolean {
  if (place.kind === LocationKind.FILE) return false;
  if (place.kind === LocationKind.BLOB) return place.snapshot !== undefined || place.versionId !== undefined;
  const parameters = queryOf(new DeclaredText(place.url).masked);
  return parameters.has("snapshot") || parameters.has("versionid");
}

function checkUrl(value: string, at: string, problems: Problems): void {
  const text = new DeclaredText(value);
  checkNoSas(value, at, problems);
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(text.masked)) {
    problems.add(`${at} holds a user name or password; remove it, and give a credential.`);
    return;
  }
  if (text.masked.includes("#")) {
    problems.add(`${at} ${show(value)} has a fragment (#…), which no server sees; remove it, or write %23 for a "#" of a name.`);
  }
  if (/["\s<>]/.test(text.masked)) {
    problems.add(`${at} ${show(value)} contains a quote, a space or an angle bracket; write it URL-encoded, such as %20.`);
  }
  const startsKnown = /^[\x20-\x7E]{8}/.test(text.masked);
  const isHttp = /^https?:\/\/[^/?#]/i.test(text.masked);
  if ((text.isKnown || startsKnown) && !isHttp) {
    problems.add(`${at} ${show(value)} is not an absolute http or https URL.`);
  } else if (text.isKnown && parse(value) === undefined) {
    problems.add(`${at} ${show(value)} is not a valid URL.`);
  }
  const path = text.masked.replace(/[?#].*$/s, "").replace(/^[a-z]+:\/\/[^/]*/i, "");
  checkPath(new DeclaredText(path.replace(/%2e/gi, ".").replace(/%5c/gi, "\\").replace(/%2f/gi, "/")), value, at, problems);
}

function queryOf(masked: string): Set<string> {
  const start = masked.indexOf("?");
  if (start < 0) return new Set();
  return new Set([...new URLSearchParams(masked.slice(start + 1)).keys()].map((name) => name.toLowerCase()));
}

function knownHost(place: LocationReference): string | undefined {
  const address: unknown = addressOf(place);
  if (typeof address !== "string") return undefined;
  return /^https?:\/\/([^/?#:\uFFFC]+)(?=[/?#:]|$)/i.exec(new DeclaredText(address).masked)?.[1];
}

function parse(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined;
}
