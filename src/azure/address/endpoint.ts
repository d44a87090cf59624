import { badIntent } from "../../failure/bad-intent";
import type { Side } from "../../failure/service-error";
import { type Host, parseHost } from "../../intent";

/** A host to which requests are sent. */
export interface Endpoint extends Host {
  /** Authority that issues the tokens of a sovereign cloud; undefined for the public cloud. */
  readonly authorityHost: string | undefined;
}

const AUTHORITY_HOSTS: Readonly<Record<string, string>> = {
  "chinacloudapi.cn": "https://login.chinacloudapi.cn",
  "usgovcloudapi.net": "https://login.microsoftonline.us",
};

/** `authority`: `host` or `host:port`. Returns undefined if it is neither. */
export function parseEndpoint(scheme: string, authority: string): Endpoint | undefined {
  const host = parseHost(scheme, authority);
  return host && { ...host, authorityHost: AUTHORITY_HOSTS[host.cloud ?? ""] };
}

/**
 * @throws CopyFailure (exit code 2) if the host belongs to another service, or is a destination
 * that is read-only
 */
export function checkEndpoint({ authority, service, isSecondary }: Endpoint, kind: "blob" | "file", side: Side): void {
  if (service !== undefined && service !== kind) {
    throw badIntent(
      side,
      `${authority} is the account's ${service} endpoint`,
      `Use its ${kind} endpoint: replace .${service}. with .${kind}. in the URL.`,
    );
  }
  if (isSecondary && side === "destination") {
    throw badIntent(side, `${authority} is a secondary endpoint, which is read-only`, "Use the account's primary endpoint.");
  }
}
