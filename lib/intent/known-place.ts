import type { Host, LocationReference } from "../../src/intent";
import { LocationKind, addressOf, hostOf } from "../../src/intent";
import { TokenAwareText } from "../framework/tokens";

const ACCOUNT_NAME = /^[a-z0-9]{3,24}$/;

/** Query parameters that name a moment of a blob or a share. */
export const MOMENTS = ["snapshot", "versionid", "sharesnapshot"];

/** The host of a place; undefined where only Terraform knows it. */
export function knownHost(place: LocationReference): Host | undefined {
  const address: unknown = addressOf(place);
  return typeof address === "string" ? hostOf(new TokenAwareText(address).withoutTokens) : undefined;
}

/** The account of a place, which is in its path where an emulator has it there; undefined where only the deploy knows it. */
export function knownAccount(place: LocationReference): string | undefined {
  const host = knownHost(place);
  if (host?.pathStyle !== true) return host?.accountName;
  const [account, ...below] = new TokenAwareText(addressOf(place)).withoutTokens.replace(/^\w+:\/\/[^/]*\/*|[?#].*$/gs, "").split("/");
  // A URL has its container and blob there, too, or is one of a web server.
  return account !== undefined && (place.kind !== LocationKind.URL || below.length > 1) && ACCOUNT_NAME.test(account) ? account : undefined;
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
  const parameters = queryOf(new TokenAwareText(place.url).withoutTokens);
  return MOMENTS.some((name) => parameters.has(name));
}

/** The names of the query parameters of a URL, as {@link TokenAwareText} masks it. */
export function queryOf(masked: string): Set<string> {
  const query = /\?([^#]*)/.exec(masked)?.[1] ?? "";
  return new Set([...new URLSearchParams(query).keys()].map((name) => name.toLowerCase()));
}
