import type { Host } from "../../../src/intent";
import { READ_ONLY_CONTAINERS, hostOf, isContainerName } from "../../../src/intent";
import { MOMENTS, queryOf } from "../../intent/known-place";
import { Problems } from "../../framework/problems";
import { checkPath, checkServiceTimeStamp, isText } from "./names";
import { checkNoSecret } from "./secrets";
import { TokenAwareText, show } from "../../framework/tokens";
import { hostFault, otherServiceFault } from "./host-fault";
import { whatElse } from "./other-addresses";

const MAX_SOURCE_URL_CHARACTERS = 2048;
/** Same stand-in as in {@link TokenAwareText}. */
const UNKNOWN = "\uFFFC";

/** Checks the URL of a source. */
export function checkSourceUrl(value: unknown, at: string, problems: Problems): void {
  if (!isText(value, at, problems) || !checkUrl(value, at, problems)) return;
  const { withoutTokens } = new TokenAwareText(value);
  if (withoutTokens.length > MAX_SOURCE_URL_CHARACTERS) {
    problems.add(`${at} has ${withoutTokens.length} characters; the service takes a copy source of at most 2 KiB.`);
  }
  const parameters = queryOf(withoutTokens);
  if (parameters.has("snapshot") && parameters.has("versionid")) {
    problems.add(`${at} ${show(value)} names a snapshot and a version; remove one of them.`);
  }
  const host = hostOf(withoutTokens);
  if (host?.service === undefined || host.service === "web") return;
  checkEscapes(withoutTokens, value, at, problems);
  checkMoments(value, at, problems);
  checkService(host, host.service === "file" ? "file" : "blob", at, problems);
  const unknown = [...parameters].find((name) => !MOMENTS.includes(name));
  if (unknown !== undefined) {
    problems.add(`${at} ${show(value)} has the query parameter ${show(unknown)}; a blob's URL takes snapshot and versionid only.`);
  }
  const isFileHost = host.service === "file";
  const segments = segmentsOf(withoutTokens);
  if (segments.length < (isFileHost ? 2 : 1)) {
    problems.add(`${at} ${show(value)} does not name a ${isFileHost ? "file" : "blob"}; give the whole URL, such as ${exampleOf(host)}.`);
  } else if (!isFileHost && segments.length === 1 && isContainerName(segments[0] ?? "")) {
    problems.add(
      `${at} ${show(value)} names a container, but not a blob in it; give ${exampleOf(host)}, with $root as container for a blob in the root container.`,
    );
  } else if (host.service === "blob" && !host.pathStyle && !isDisk(host) && segments.length > 1) {
    checkContainerSegment(segments[0], value, at, problems);
  }
}

/** The container of an exported managed disk has a name that other containers cannot have. */
function isDisk({ accountName }: Host): boolean {
  return accountName?.startsWith("md-") === true;
}

/** Checks the URL of a destination, which is a base blob. */
export function checkDestinationUrl(value: unknown, at: string, problems: Problems): void {
  if (!isText(value, at, problems) || !checkUrl(value, at, problems)) return;
  const { withoutTokens } = new TokenAwareText(value);
  if (!checkIsBlobService(value, at, problems)) return;
  checkEscapes(withoutTokens, value, at, problems);
  const parameters = queryOf(withoutTokens);
  if (MOMENTS.some((name) => parameters.has(name))) {
    problems.add(`${at} ${show(value)} names a snapshot or a version, which is read-only; give the URL of the blob, without a query.`);
  } else if (parameters.size > 0) {
    problems.add(`${at} ${show(value)} has a query; give the URL of the blob without one.`);
  }
  const host = hostOf(withoutTokens);
  // The service's host defines how a URL names container and blob. A host that only Terraform knows
  // may have a path of its own.
  if (host === undefined) return;
  checkWritable(host, at, problems);
  const segments = segmentsOf(withoutTokens).slice(host.pathStyle ? 1 : 0);
  if (segments.length < 2 && new TokenAwareText(value).isKnown) {
    problems.add(`${at} ${show(value)} does not name a blob in a container; give ${exampleOf(host)}.`);
  } else if (host.service === "blob") {
    checkContainerSegment(segments[0], value, at, problems);
  }
  checkWritableContainer(segments[0], at, problems);
}

/** Cache of valid endpoints, because thousands of copies share the same ones. */
const RIGHT = new Set<string>();

/** Checks the endpoint of a service. Container and blob, or share and path, are added to it. */
export function checkEndpoint(value: unknown, kind: "blob" | "file", at: string, problems: Problems): void {
  if (typeof value === "string" && RIGHT.has(`${kind} ${value}`)) return;
  const found = new Problems();
  checkOneEndpoint(value, kind, at, found);
  for (const problem of found.list) problems.add(problem);
  if (typeof value === "string" && found.list.length === 0 && new TokenAwareText(value).isKnown) RIGHT.add(`${kind} ${value}`);
}

function checkOneEndpoint(value: unknown, kind: "blob" | "file", at: string, problems: Problems): void {
  if (!isText(value, at, problems) || !checkUrl(value, at, problems) || !checkIsBlobService(value, at, problems)) return;
  const { withoutTokens } = new TokenAwareText(value);
  if (withoutTokens.includes("?")) {
    problems.add(`${at} ${show(value)} has a query; give the endpoint alone, such as https://account.${kind}.core.windows.net/.`);
  }
  const host = hostOf(withoutTokens);
  if (host === undefined) return;
  checkService(host, kind, at, problems);
  if (segmentsOf(withoutTokens).length > (host.pathStyle ? 1 : 0)) {
    problems.add(
      `${at} ${show(value)} has a path; give the endpoint alone, and ${kind === "blob" ? "the container in containerName" : "the share in shareName"}.`,
    );
  }
}

/** Checks that the endpoint of a destination and its container can be written. */
export function checkWritableEndpoint(endpoint: unknown, containerName: unknown, at: string, problems: Problems): void {
  const host = typeof endpoint === "string" ? hostOf(new TokenAwareText(endpoint).withoutTokens) : undefined;
  if (host?.isSecondary === true) checkWritable(host, `${at}.blobEndpoint`, problems);
  checkWritableContainer(containerName, `${at}.containerName`, problems);
}

/** @returns whether the value is a URL, and names a place without a secret */
function checkUrl(value: string, at: string, problems: Problems): boolean {
  const text = new TokenAwareText(value);
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(text.withoutTokens)) {
    problems.add(`${at} holds a user name or password; remove it, and give a credential.`);
    return false;
  }
  if (!checkNoSecret(value, at, problems)) return false;
  const other = whatElse(text.withoutTokens);
  if (other !== undefined) {
    problems.add(`${at} ${show(value)} is ${other}.`);
    return false;
  }
  if (text.withoutTokens.includes("#")) {
    problems.add(`${at} ${show(value)} has a fragment (#…), which is never sent to a server; remove it, or write %23 for a "#" of a name.`);
  }
  if (/^https?:\/\/https?:?\/\//i.test(text.withoutTokens)) {
    problems.add(`${at} ${show(value)} begins with http twice; an endpoint has it already, so leave one out.`);
    return false;
  }
  const authority = text.withoutTokens.replace(/^\w+:\/\/([^/?#]*).*$/s, "$1");
  const fault = authority.includes(UNKNOWN) || /["\s]/.test(authority) ? undefined : hostFault(value);
  if (fault !== undefined) {
    problems.add(`${at} ${show(value)} ${fault.what}; ${fault.remedy}.`);
    return false;
  }
  if (/["\s<>]/.test(text.withoutTokens)) {
    problems.add(`${at} ${show(value)} contains a quote, a space or an angle bracket; write it URL-encoded, such as %20.`);
  }
  const startsKnown = /^[\x20-\x7E]{8}/.test(text.withoutTokens);
  const isHttp = /^https?:\/\/[^/?#]/i.test(text.withoutTokens);
  if ((text.isKnown || startsKnown) && !isHttp) {
    problems.add(`${at} ${show(value)} is not an absolute http or https URL.`);
    return false;
  }
  if (text.isKnown && !URL.canParse(value)) {
    problems.add(`${at} ${show(value)} is not a valid URL.`);
    return false;
  }
  const host = hostOf(text.withoutTokens);
  checkPath(unescaped(pathOf(text.withoutTokens)), value, at, problems, { isTrimmed: host === undefined || host.service !== undefined });
  return true;
}

function checkIsBlobService(value: string, at: string, problems: Problems): boolean {
  const fault = otherServiceFault(value);
  if (fault !== undefined) problems.add(`${at} ${show(value)} ${fault.what}; ${fault.remedy}.`);
  return fault === undefined;
}

/**
 * Adds a problem for text that begins like an escape, but is not one, such as a placeholder between
 * two "%".
 */
function checkEscapes(withoutTokens: string, value: string, at: string, problems: Problems): void {
  const wrong = pathOf(withoutTokens)
    .split("/")
    .find((segment) => !isEscaped(segment));
  if (wrong === undefined) return;
  problems.add(`${at} ${show(value)} has ${show(wrong)} in its path, which is not escaped correctly; write a "%" of a name as %25.`);
}

function isEscaped(segment: string): boolean {
  try {
    decodeURIComponent(segment);
    return true;
  } catch {
    return false;
  }
}

function checkMoments(value: string, at: string, problems: Problems): void {
  if (!new TokenAwareText(value).isKnown) return;
  const parameters = [...new URL(value).searchParams].filter(([name]) => MOMENTS.includes(name.toLowerCase()));
  const [first, second] = parameters;
  if (first === undefined) return;
  if (first[0].toLowerCase() === second?.[0].toLowerCase()) problems.add(`${at} ${show(value)} has ${first[0]} twice; remove one of them.`);
  for (const [name, moment] of parameters) {
    const what = name.toLowerCase() === "versionid" ? "the id of a version" : "the time stamp of a snapshot";
    checkServiceTimeStamp(moment, `${at}: ${name}`, what, problems);
  }
}

function checkService({ authority, service }: Host, kind: "blob" | "file", at: string, problems: Problems): void {
  if (service === undefined || service === kind) return;
  problems.add(`${at} is the account's ${service} endpoint (${authority}); give its ${kind} endpoint: .${kind}. in place of .${service}.`);
}

function checkWritable(host: Host, at: string, problems: Problems): void {
  // A file as destination is reported together with the contradictions.
  if (host.service !== "file") checkService(host, "blob", at, problems);
  if (host.isSecondary) problems.add(`${at} is a secondary endpoint (${host.authority}), which is read-only; give the primary endpoint.`);
}

function checkWritableContainer(name: unknown, at: string, problems: Problems): void {
  if (typeof name === "string" && READ_ONLY_CONTAINERS.includes(name))
    problems.add(`${at}: only the service itself writes to the container ${name}; give another one.`);
}

function checkContainerSegment(name: string | undefined, value: string, at: string, problems: Problems): void {
  if (name === undefined || name.includes(UNKNOWN) || isContainerName(name)) return;
  problems.add(
    `${at} ${show(value)} names the container ${show(name)}, which is not a valid name: it has 3 to 63 lower-case letters, digits and single hyphens.`,
  );
}

function exampleOf({ service }: Host): string {
  return service === "file" ? "https://account.file.core.windows.net/share/file" : "https://account.blob.core.windows.net/container/blob";
}

function segmentsOf(withoutTokens: string): string[] {
  return unescaped(pathOf(withoutTokens))
    .split("/")
    .filter((segment) => segment !== "");
}

function pathOf(withoutTokens: string): string {
  return withoutTokens.replace(/[?#].*$/s, "").replace(/^[a-z]+:\/\/[^/]*/i, "");
}

/** Unescapes a path. A name that is escaped incorrectly stays as it is. */
function unescaped(path: string): string {
  return path.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
