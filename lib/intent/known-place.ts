import type { Host, LocationReference } from "../../src/intent";
import { LocationKind, addressOf, hostOf } from "../../src/intent";
import { TokenAwareText } from "../framework/tokens";

const ACCOUNT_NAME = /^[a-z0-9]{3,24}$/;

/** Query parameters that select a snapshot or a version of a blob or a share. */
export const MOMENTS = ["snapshot", "versionid", "sharesnapshot"];

/** Returns the host of a place; undefined if only Terraform knows it. */
export function knownHost(place: LocationReference): Host | undefined {
  const address: unknown = addressOf(place);
  return typeof address === "string" ? hostOf(new TokenAwareText(address).withoutTokens) : undefined;
}

/**
 * Returns the account of a place, which an emulator has in the path; undefined if only the deploy
 * knows it.
 */
export function knownAccount(place: LocationReference): string | undefined {
  const host = knownHost(place);
  if (host?.pathStyle !== true) return host?.accountName;
  const [account, ...below] = new TokenAwareText(addressOf(place)).withoutTokens.replace(/^\w+:\/\/[^/]*\/*|[?#].*$/gs, "").split("/");
  // A URL's path also contains container and blob. A shorter path belongs to a web server.
  return account !== undefined && (place.kind !== LocationKind.URL || below.length > 1) && ACCOUNT_NAME.test(account) ? account : undefined;
}

/**
 * Returns whether synth knows that a place is outside Azure Storage. A custom domain counts as
 * outside unless it has a credential.
 */
export function isOutsideAzure(place: LocationReference): boolean {
  const host = knownHost(place);
  // A static website is a web server, although it is in Azure.
  return place.kind === LocationKind.URL && host !== undefined && (host.service === undefined || host.service === "web");
}

/** Returns whether synth knows that a place is a file of a share. */
export function isFile(place: LocationReference): boolean {
  return place.kind === LocationKind.FILE || (place.kind === LocationKind.URL && knownHost(place)?.service === "file");
}

/** Returns whether synth knows that a place is a snapshot or a version. */
export function isImmutable(place: LocationReference): boolean {
  if (place.kind === LocationKind.FILE) return false;
  if (place.kind === LocationKind.BLOB) return place.snapshot !== undefined || place.versionId !== undefined;
  const parameters = queryOf(new TokenAwareText(place.url).withoutTokens);
  return MOMENTS.some((name) => parameters.has(name));
}

/** Returns the names of the query parameters of a URL that {@link TokenAwareText} has masked. */
export function queryOf(withoutTokens: string): Set<string> {
  const query = /\?([^#]*)/.exec(withoutTokens)?.[1] ?? "";
  return new Set([...new URLSearchParams(query).keys()].map((name) => name.toLowerCase()));
}
