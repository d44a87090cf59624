import type { Host, LocationReference } from "../../../src/intent";
import { LocationKind, READ_ONLY_CONTAINERS, addressOf, hostOf, isContainerName } from "../../../src/intent";
import type { Problems } from "../../framework/problems";
import { checkPath, isText } from "./names";
import { checkNoSecret } from "./secrets";
import { DeclaredText, show } from "../../framework/tokens";

const MAX_SOURCE_URL_CHARACTERS = 2048;
const MOMENTS = ["snapshot", "versionid", "sharesnapshot"];

/** The URL of a source. */
export function checkSourceUrl(value: unknown, at: string, problems: Problems): void {
  if (!isText(value, at, problems) || !checkUrl(value, at, problems)) return;
  const { masked } = new DeclaredText(value);
  if (masked.length > MAX_SOURCE_URL_CHARACTERS) {
    problems.add(`${at} has ${masked.length} characters; the service takes a copy source of at most 2 KiB.`);
  }
  const parameters = queryOf(masked);
  if (parameters.has("snapshot") && parameters.has("versionid")) {
    problems.add(`${at} ${show(value)} names a snapshot and a version; remove one of them.`);
  }
  const host = hostOf(masked);
  if (host?.service === undefined || host.service === "web") return;
  checkService(host, host.service === "file" ? "file" : "blob", at, problems);
  const unknown = [...parameters].find((name) => !MOMENTS.includes(name));
  if (unknown !== undefined) {
    problems.add(`${at} ${show(value)} has the query parameter ${show(unknown)}; a blob's URL takes snapshot and versionid only.`);
  }
  const isFileHost = host.service === "file";
  const segments = segmentsOf(masked);
  if (segments.length < (isFileHost ? 2 : 1)) {
    problems.add(`${at} ${show(value)} names no ${isFileHost ? "file" : "blob"}; give the whole URL, such as ${exampleOf(host)}.`);
  } else if (!isFileHost && segments.length === 1 && isContainerName(segments[0] ?? "")) {
    problems.add(
      `${at} ${show(value)} names a container, and no blob in it; give ${exampleOf(host)}, with $root as container for a blob that is in none.`,
    );
  } else if (host.service === "blob" && !host.pathStyle && !isDisk(host) && segments.length > 1) {
    checkContainerSegment(segments[0], value, at, problems);
  }
}

/** The export of a managed disk is in a container of a name that nobody else can have. */
function isDisk({ accountName }: Host): boolean {
  return accountName?.startsWith("md-") === true;
}

/** The URL of a destination, which is a base blob. */
export function checkDestinationUrl(value: unknown, at: string, problems: Problems): void {
  if (!isText(value, at, problems) || !checkUrl(value, at, problems)) return;
  const { masked } = new DeclaredText(value);
  const parameters = queryOf(masked);
  if (MOMENTS.some((name) => parameters.has(name))) {
    problems.add(`${at} ${show(value)} names a snapshot or a version, which is read-only; give the URL of the blob, without a query.`);
  } else if (parameters.size > 0) {
    problems.add(`${at} ${show(value)} has a query; give the URL of the blob without one.`);
  }
  const host = hostOf(masked);
  // The service says which container and blob a URL names; where only Terraform knows the host, it may have a path of its own.
  if (host === undefined) return;
  checkWritable(host, at, problems);
  const segments = segmentsOf(masked).slice(host.pathStyle ? 1 : 0);
  if (segments.length < 2 && new DeclaredText(value).isKnown) {
    problems.add(`${at} ${show(value)} names no blob in a container; give ${exampleOf(host)}.`);
  } else if (host.service === "blob") {
    checkContainerSegment(segments[0], value, at, problems);
  }
  checkWritableContainer(segments[0], at, problems);
}

/** The endpoint of a service, to which container and blob, or share and path, are added. */
export function checkEndpoint(value: unknown, kind: "blob" | "file", at: string, problems: Problems): void {
  if (!isText(value, at, problems) || !checkUrl(value, at, problems)) return;
  const { masked } = new DeclaredText(value);
  if (masked.includes("?")) {
    problems.add(`${at} ${show(value)} has a query; give the endpoint alone, such as https://account.${kind}.core.windows.net/.`);
  }
  const host = hostOf(masked);
  if (host === undefined) return;
  checkService(host, kind, at, problems);
  if (segmentsOf(masked).length > (host.pathStyle ? 1 : 0)) {
    problems.add(
      `${at} ${show(value)} has a path; give the endpoint alone, and ${kind === "blob" ? "the container in containerName" : "the share in shareName"}.`,
    );
  }
}

/** The endpoint of a destination is one that can be written, as is its container. */
export function checkWritableEndpoint(endpoint: unknown, containerName: unknown, at: string, problems: Problems): void {
  const host = typeof endpoint === "string" ? hostOf(new DeclaredText(endpoint).masked) : undefined;
  if (host?.isSecondary === true) checkWritable(host, `${at}.blobEndpoint`, problems);
  checkWritableContainer(containerName, `${at}.containerName`, problems);
}

/** Whether it is known at synth that a place is outside Azure Storage; a custom domain counts as outside unless it has a credential. */
export function isOutsideAzure(place: LocationReference): boolean {
  const host = knownHost(place);
  // A static website is a web server, though in Azure.
  return place.kind === LocationKind.URL && host !== undefined && (host.service === undefined || host.service === "web");
}

/** Whether it is known at synth that a place is a file of a share. */
export function isFile(place: LocationReference): boolean {
  return place.kind === LocationKind.FILE || (place.kind === LocationKind.URL && knownHost(place)?.service === "file");
}

/** Whether it is known at synth that a place is a snapshot or a version. */
export function isImmutable(place: LocationReference): boolean {
  if (place.kind === LocationKind.FILE) return false;
  if (place.kind === LocationKind.BLOB) return place.snapshot !== undefined || place.versionId !== undefined;
  const parameters = queryOf(new DeclaredText(place.url).masked);
  return MOMENTS.some((name) => parameters.has(name));
}

/** undefined where only Terraform knows it. */
export function knownHost(place: LocationReference): Host | undefined {
  const address: unknown = addressOf(place);
  return typeof address === "string" ? hostOf(new DeclaredText(address).masked) : undefined;
}

/** What people give in place of a URL, with what to give. */
const NO_URL: readonly (readonly [form: RegExp, what: string])[] = [
  [
    /^https?:\/\/(?:portal\.azure\.|ms\.portal\.|preview\.portal\.)/i,
    "a page of the Azure portal; give the URL that the blob's own page shows under Properties",
  ],
  [/^storageexplorer:/i, "a link for Storage Explorer; give the URL that its Copy URL copies, without the SAS"],
  [
    /^\/?subscriptions\/[^/]+\/resourceGroups\//i,
    "the id of an Azure resource; give an endpoint, such as account.primaryBlobEndpoint, or the URL of the blob",
  ],
  [/^(?:s3a?|gs|gcs):\/\//i, "an address that only its own tools read; give the https URL of the object"],
  [
    /^(?:az|azure|adl|abfss?|wasbs?):\/\//i,
    "an address without its account; give https://<account>.blob.core.windows.net/<container>/<blob>",
  ],
  [
    /^file:|^\.{0,2}\/(?!\/)|^~\/|^[a-z]:[\\/]/i,
    "a path on this machine, and the service copies from URLs; upload the file first, or serve it",
  ],
  [/^\\\\/, "a network path; give the URL of the file: https://<account>.file.core.windows.net/<share>/<file>"],
  [
    /^https?:\/\/(?:www\.)?github\.com\/[^/]+\/[^/]+\/blob\//i,
    "GitHub's page about a file; give the file itself: https://raw.githubusercontent.com/<owner>/<repository>/<commit>/<path>",
  ],
  [
    /^https?:\/\/huggingface\.co\/[^/]+\/[^/]+\/blob\//i,
    "Hugging Face's page about a file; give the URL that the file's download leads to",
  ],
  [/^[a-z0-9]{3,24}$/, "the name of an account at most; give its endpoint, such as https://account.blob.core.windows.net/"],
  [
    /;\s*(?:AccountKey|SharedAccessSignature|EndpointSuffix)=/i,
    'a connection string; give the URL, and the string as Credential.connectionStringFromEnvironment("NAME")',
  ],
];

function whatElse(masked: string): string | undefined {
  return NO_URL.find(([form]) => form.test(masked))?.[1];
}

/** @returns whether it is a URL at all, and says where to without a secret */
function checkUrl(value: string, at: string, problems: Problems): boolean {
  const text = new DeclaredText(value);
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(text.masked)) {
    problems.add(`${at} holds a user name or password; remove it, and give a credential.`);
    return false;
  }
  if (!checkNoSecret(value, at, problems)) return false;
  const other = whatElse(text.masked);
  if (other !== undefined) {
    problems.add(`${at} ${show(value)} is ${other}.`);
    return false;
  }
  if (text.masked.includes("#")) {
    problems.add(`${at} ${show(value)} has a fragment (#…), which no server sees; remove it, or write %23 for a "#" of a name.`);
  }
  if (/["\s<>]/.test(text.masked)) {
    problems.add(`${at} ${show(value)} contains a quote, a space or an angle bracket; write it URL-encoded, such as %20.`);
  }
  if (/^https?:\/\/https?:?\/\//i.test(text.masked)) {
    problems.add(`${at} ${show(value)} begins with http twice; an endpoint has it already, so leave one out.`);
    return false;
  }
  const startsKnown = /^[\x20-\x7E]{8}/.test(text.masked);
  const isHttp = /^https?:\/\/[^/?#]/i.test(text.masked);
  if ((text.isKnown || startsKnown) && !isHttp) {
    problems.add(`${at} ${show(value)} is not an absolute http or https URL.`);
    return false;
  }
  if (text.isKnown && !URL.canParse(value)) {
    problems.add(`${at} ${show(value)} is not a valid URL.`);
    return false;
  }
  const path = text.masked.replace(/[?#].*$/s, "").replace(/^[a-z]+:\/\/[^/]*/i, "");
  const host = hostOf(text.masked);
  checkPath(unescaped(path), value, at, problems, { isTrimmed: host === undefined || host.service !== undefined });
  return true;
}

function checkService({ authority, service }: Host, kind: "blob" | "file", at: string, problems: Problems): void {
  if (service === undefined || service === kind) return;
  problems.add(`${at} is the account's ${service} endpoint (${authority}); give its ${kind} endpoint: .${kind}. in place of .${service}.`);
}

function checkWritable(host: Host, at: string, problems: Problems): void {
  // That it is a file is told with the rest of what cannot be meant together.
  if (host.service !== "file") checkService(host, "blob", at, problems);
  if (host.isSecondary) problems.add(`${at} is a secondary endpoint (${host.authority}), which is read-only; give the primary endpoint.`);
}

function checkWritableContainer(name: unknown, at: string, problems: Problems): void {
  if (typeof name === "string" && READ_ONLY_CONTAINERS.includes(name))
    problems.add(`${at}: only the service itself writes to the container ${name}; give another one.`);
}

function checkContainerSegment(name: string | undefined, value: string, at: string, problems: Problems): void {
  if (name === undefined || name.includes("\uFFFC") || isContainerName(name)) return;
  problems.add(
    `${at} ${show(value)} names the container ${show(name)}, and there is none of such a name: it has 3 to 63 lower-case letters, digits and single hyphens.`,
  );
}

function exampleOf({ service }: Host): string {
  return service === "file" ? "https://account.file.core.windows.net/share/file" : "https://account.blob.core.windows.net/container/blob";
}

function segmentsOf(masked: string): string[] {
  const path = masked.replace(/[?#].*$/s, "").replace(/^[a-z]+:\/\/[^/]*/i, "");
  return unescaped(path)
    .split("/")
    .filter((segment) => segment !== "");
}

/** A name that is escaped wrongly stays as it is. */
function unescaped(path: string): string {
  return path.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

function queryOf(masked: string): Set<string> {
  const query = /\?([^#]*)/.exec(masked)?.[1] ?? "";
  return new Set([...new URLSearchParams(query).keys()].map((name) => name.toLowerCase()));
}
