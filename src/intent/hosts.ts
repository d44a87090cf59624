/**
 * What a host name tells about Azure Storage: the ONE list of its hosts, for what is declared at synth and for what is requested at
 * deploy.
 */

export type StorageService = "blob" | "file" | "dfs" | "queue" | "table" | "web";

/** A host of the storage service, or of anything else that a source may be on. */
export interface Host {
  readonly protocol: "http:" | "https:";
  /** Lower case, without port, brackets of IPv6 or the dot of the root at its end. */
  readonly hostname: string;
  readonly port: number;
  /** Lower case, with the port when it is not the protocol's own. */
  readonly authority: string;
  /** Which service answers, told by the host name; undefined for custom domains, emulators and other servers. */
  readonly service: StorageService | undefined;
  /** Told by the host name, without what says by which way it is reached. */
  readonly accountName: string | undefined;
  /** The read-only copy of the account in another region. */
  readonly isSecondary: boolean;
  /** The account is the first segment of the path, as with emulators. */
  readonly pathStyle: boolean;
  readonly isLoopback: boolean;
  /** Domain of the cloud that the service is in, such as `windows.net`; undefined where `service` is. */
  readonly cloud: string | undefined;
  /** One text for all the names of one endpoint: whichever way it is reached, and with or without TLS. */
  readonly canonical: string;
}

/**
 * An account, or the export of a managed disk (`md-…`); then by which way it is reached, in whatever order; then private link and DNS
 * zone, service, and the domain of the public cloud, of a sovereign one, or of accounts in DNS zones.
 */
const STORAGE_HOST =
  /^(md-[a-z0-9-]+?|[a-z0-9]+)((?:-(?:secondary|microsoftrouting|internetrouting|ipv6|dualstack))*)((?:\.(?:privatelink|z\d+))*)\.(blob|file|dfs|queue|table|web)\.(?:core\.((?:[a-z0-9-]+\.)+[a-z]+)|storage\.(azure\.[a-z]+))$/;

/** An emulator that has the account in its host name. */
const EMULATED_ACCOUNT = /^([a-z0-9]+)\.(?:blob|file)\.localhost$/;

/** Azurite's blob port: an emulator behind any host name. */
const EMULATOR_PORT = 10_000;

const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;

/** A declaration of thousands of copies asks for two hosts a hundred thousand times; of all hosts that there are, one run sees few. */
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

/** Of a URL or an endpoint; undefined where it is not one, or where only Terraform knows its host. */
export function hostOf(address: string): Host | undefined {
  const [, scheme, authority] = /^(https?):\/\/([^/?#\\]+)/i.exec(address.trim()) ?? [];
  return scheme === undefined || authority === undefined ? undefined : parseHost(scheme, authority);
}

/** Of a host without its scheme. */
export function hostOfAuthority(authority: string): Host | undefined {
  return parseHost("https", authority);
}
