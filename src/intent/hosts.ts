/**
 * Facts that a host name reveals about Azure Storage. It is the ONE list of its hosts, for
 * declarations at synth and for requests at deploy.
 */

export type StorageService = "blob" | "file" | "dfs" | "queue" | "table" | "web";

/** A host of the storage service, or any other host of a source. */
export interface Host {
  readonly protocol: "http:" | "https:";
  /** Lower case, without port, the brackets of IPv6, or a trailing dot of the root. */
  readonly hostname: string;
  readonly port: number;
  /** Lower case, with the port unless it is the protocol's default. */
  readonly authority: string;
  /**
   * The service that answers, according to the host name; undefined for custom domains, emulators
   * and other servers.
   */
  readonly service: StorageService | undefined;
  /** According to the host name, without the suffixes for the route to it. */
  readonly accountName: string | undefined;
  /** Whether it is the read-only copy of the account in another region. */
  readonly isSecondary: boolean;
  /** Whether the account is the first segment of the path, as with emulators. */
  readonly pathStyle: boolean;
  readonly isLoopback: boolean;
  /** Domain of the service's cloud, such as `windows.net`; undefined where `service` is. */
  readonly cloud: string | undefined;
  /** One text for all names of one endpoint, by any route, with or without TLS. */
  readonly canonical: string;
}

/**
 * An account, or the export of a managed disk (`md-…`); then suffixes for the route, in any order;
 * then private link and DNS zone, service, and the domain of the public cloud, of a sovereign one,
 * or of accounts in DNS zones.
 */
const STORAGE_HOST =
  /^(md-[a-z0-9-]+?|[a-z0-9]+)((?:-(?:secondary|microsoftrouting|internetrouting|ipv6|dualstack))*)((?:\.(?:privatelink|z\d+))*)\.(blob|file|dfs|queue|table|web)\.(?:core\.((?:[a-z0-9-]+\.)+[a-z]+)|storage\.(azure\.[a-z]+))$/;

/** An emulator that has the account in its host name. */
const EMULATED_ACCOUNT = /^([a-z0-9]+)\.(?:blob|file)\.localhost$/;

/** Azurite's blob port: an emulator, whatever the host name. */
const EMULATOR_PORT = 10_000;

const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;

/**
 * A cache: a declaration of thousands of copies reads two hosts a hundred thousand times, and one
 * run sees only a few different hosts.
 */
const PARSED = new Map<string, Host | undefined>();

/** `authority` is `host` or `host:port`; undefined when it is neither. */
export function parseHost(scheme: string, authority: string): Host | undefined {
  const key = `${scheme} ${authority}`;
  if (!PARSED.has(key)) PARSED.set(key, parsed(scheme, authority));
  return PARSED.get(key);
}

function parsed(scheme: string, authority: string): Host | undefined {
  const parts = /^(\[[0-9a-f:.]+\]|[^:@[\]\s]+?)\.?(?::(\d{1,5}))?$/i.exec(authority.toLowerCase());
  const bracketed = parts?.[1];
  if (bracketed === undefined || !/^[\x21-\x7e]+$/.test(bracketed)) return undefined;
  const protocol = scheme.toLowerCase() === "https" ? "https:" : "http:";
  const ownPort = protocol === "https:" ? 443 : 80;
  const port = parts?.[2] === undefined ? ownPort : Number(parts[2]);
  if (port > 65_535) return undefined;
  const hostname = bracketed.replace(/^\[|\]$/g, "");
  const isAddress = bracketed.startsWith("[") || IPV4.test(hostname);
  const emulated = EMULATED_ACCOUNT.exec(hostname)?.[1];
  const isLoopback =
    hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "::1" || (isAddress && hostname.startsWith("127."));
  const portSuffix = port === ownPort ? "" : `:${port}`;
  const common = { protocol, hostname, port, authority: `${bracketed}${portSuffix}`, isLoopback } as const;
  const storage = STORAGE_HOST.exec(hostname);
  if (storage !== null) {
    const [, account = "", ways = "", zones = "", service = "", core, zoned] = storage;
    const zone = zones.replace(".privatelink", "");
    return {
      ...common,
      service: service as StorageService,
      accountName: account,
      isSecondary: ways.includes("-secondary"),
      pathStyle: false,
      cloud: core ?? zoned,
      canonical: `${account}${zone}.${service}.${core === undefined ? `storage.${zoned ?? ""}` : `core.${core}`}${portSuffix}`,
    };
  }
  const isEmulator = port === EMULATOR_PORT && !hostname.includes(".blob.");
  return {
    ...common,
    service: undefined,
    accountName: emulated,
    isSecondary: false,
    pathStyle: isAddress || !hostname.includes(".") || hostname === "host.docker.internal" || isEmulator,
    cloud: undefined,
    canonical: `${isLoopback ? "localhost" : bracketed}${portSuffix}${emulated === undefined ? "" : `/${emulated}`}`,
  };
}

/**
 * The host of a URL or an endpoint; undefined for another text, or where only Terraform knows the
 * host.
 */
export function hostOf(address: string): Host | undefined {
  const [, scheme, authority] = /^(https?):\/\/([^/?#\\]+)/i.exec(address.trim()) ?? [];
  return scheme === undefined || authority === undefined ? undefined : parseHost(scheme, authority);
}

/** The host of an authority without a scheme. */
export function hostOfAuthority(authority: string): Host | undefined {
  return parseHost("https", authority);
}
