import net from "node:net";

/**
 * The parts of an endpoint that decide whether it is reached through a proxy, and that the proxy
 * needs.
 */
export interface ProxiedEndpoint {
  readonly protocol: "http:" | "https:";
  /** Lower case, without the brackets of IPv6. */
  readonly hostname: string;
  readonly port: number;
  readonly isLoopback: boolean;
}

/**
 * Whether `NO_PROXY` excludes an endpoint. The list contains hosts, domains with or without a
 * leading dot or `*.`, addresses and address ranges (10.0.0.0/8), each with or without a port,
 * separated by commas or blanks; `*` is everything.
 */
export function isExempt({ hostname, port }: ProxiedEndpoint, list: string): boolean {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === "*") return true;
      const { host, ownPort } = parse(entry);
      if (ownPort !== undefined && Number(ownPort) !== port) return false;
      if (net.isIP(hostname) !== 0) return isInRange(hostname, host);
      const domain = host.replace(/^\*?\./, "").replace(/\.$/, "");
      const name = hostname.replace(/\.$/, "");
      return domain !== "" && (name === domain || name.endsWith(`.${domain}`));
    });
}

function parse(entry: string): { host: string; ownPort: string | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry);
  if (bracketed !== null) return { host: bracketed[1] ?? "", ownPort: bracketed[2] };
  const plain = /^([^:]*)(?::(\d+))?$/.exec(entry);
  // More than one colon: an IPv6 address.
  return plain === null ? { host: entry, ownPort: undefined } : { host: plain[1] ?? "", ownPort: plain[2] };
}

function isInRange(address: string, entry: string): boolean {
  const [base = "", prefix] = entry.split("/");
  const family = net.isIP(base);
  if (family === 0 || family !== net.isIP(address)) return false;
  const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix);
  if (!Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const range = new net.BlockList();
  range.addSubnet(base, bits, type);
  return range.check(address, type);
}
