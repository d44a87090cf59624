import { badIntent } from "../../failure/bad-intent";
import type { Side } from "../../failure/service-error";
import { type Host, parseHost } from "../../intent";

/** A host that requests go to. */
export interface Endpoint extends Host {
  /** Where tokens of a sovereign cloud come from; undefined for the public cloud. */
  readonly authorityHost: string | undefined;
}

const AUTHORITY_HOSTS: Readonly<Record<string, string>> = {
  "chinacloudapi.cn": "https://login.chinacloudapi.cn",
  "usgovcloudapi.net": "https://login.microsoftonline.us",
};

/** `authority` is `host` or `host:port`; undefined when it is neither. */
export function parseEndpoint(scheme: string, authority: string): Endpoint | undefined {
  const host = parseHost(scheme, authority);
  return host && { ...host, authorityHost: AUTHORITY_HOSTS[host.cloud ?? ""] };
}

/** @throws CopyFailure (exit code 2) when the host is known to be another service's, or not to be written */
export function checkEndpoint({ authority, service, isSecondary }: Endpoint, kind: "blob" | "file", side: Side): void {
  if (service !== undefined && service !== kind) {
    throw badIntent(
      side,
      `${authority} is the account's ${service} endpoint`,
      `Use its ${kind} endpoint: replace .${service}. by .${kind}. in the URL.`,
    );
  }
  if (isSecondary && side === "destination") {
    throw badIntent(side, `${authority} is a secondary endpoint, which is read-only`, "Use the account's primary endpoint.");
  }
}
