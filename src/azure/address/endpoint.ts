import { isIP } from "node:net";

/** A host of the storage service, or of anything else that a source may be on. */
export interface Endpoint {
  readonly protocol: "http:" | "https:";
  /** Lower case, without port and without the brackets of IPv6. */
  readonly hostname: string;
  readonly port: number;
  /** Lower case, with the port when it is not the protocol's own. */
  readonly authority: string;
  /** Which service answers, told by the host name; undefined for custom domains, emulators and other servers. */
  readonly service: "blob" | "file" | "dfs" | undefined;
  /** Told by the host name. */
  readonly accountName: string | undefined;
  /** The account is the first segment of the path, as with emulators. */
  readonly pathStyle: boolean;
  readonly isLoopback: boolean;
  /** Where tokens of a sovereign cloud come from; undefined for the public cloud. */
  readonly authorityHost: string | undefined;
}

const STORAGE_HOST =
  /^([a-z0-9]+)(?:-secondary)?(?:\.privatelink)?(?:\.z\d+)?\.(blob|file|dfs)\.(?:core\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)|storage\.azure\.net)$/;

const AUTHORITY_HOSTS: Readonly<Record<string, string>> = {
  "chinacloudapi.cn": "https://login.chinacloudapi.cn",
  "usgovcloudapi.net": "https://login.microsoftonline.us",
};

/** Azurite's blob port: an emulator behind any host name. */
const EMULATOR_PORT = 10_000;

/** `authority` is `host` or `host:port`; undefined when it is neither. */
export function parseEndpoint(scheme: string, authority: string): Endpoint | undefined {
  const parts = /^(\[[0-9a-f:.]+\]|[^:@[\]\s]+)(?::(\d{1,5}))?$/i.exec(authority.toLowerCase());
  const bracketed = parts?.[1];
  if (bracketed === undefined || !/^[\x21-\x7e]+$/.test(bracketed)) return undefined;
  const protocol = scheme.toLowerCase() === "https" ? "https:" : "http:";
  const ownPort = protocol === "https:" ? 443 : 80;
  const port = parts?.[2] === undefined ? ownPort : Number(parts[2]);
  const hostname = bracketed.replace(/^\[|\]$/g, "");
  const storage = STORAGE_HOST.exec(hostname);
  const isAddress = isIP(hostname) !== 0;
  return {
    protocol,
    hostname,
    port,
    authority: port === ownPort ? bracketed : `${bracketed}:${port}`,
    service: storage?.[2] as Endpoint["service"],
    accountName: storage?.[1],
    pathStyle:
      isAddress ||
      !hostname.includes(".") ||
      hostname === "host.docker.internal" ||
      (port === EMULATOR_PORT && !hostname.includes(".blob.")),
    isLoopback:
      hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "::1" || (isAddress && hostname.startsWith("127.")),
    authorityHost: AUTHORITY_HOSTS[storage?.[3] ?? ""],
  };
}
