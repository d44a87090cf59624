import type { IncomingHttpHeaders } from "node:http";
import type { AccountState, Container } from "../state/blob-state";
import type { Content } from "../state/content";
import type { Script } from "../script";
import { ServiceFailure } from "../service-failure";

/** The caller. */
export interface Principal {
  readonly kind: "sharedKey" | "bearer" | "sas" | "anonymous";
  /** Letters as in a SAS; undefined: all permissions. */
  readonly permissions: string | undefined;
  /** Claims that identify the owner of a token. */
  readonly claims?: TokenClaims;
}

export interface TokenClaims {
  readonly oid?: string;
  readonly tid?: string;
}

/** State of the whole service, which all operations can read. */
export interface World {
  readonly accounts: ReadonlyMap<string, AccountState>;
  /** Objects on a plain web server, by name. */
  readonly webObjects: Map<string, WebObject>;
  readonly script: Script;
  bearerTokens: ReadonlyMap<string, string | undefined>;
  readonly isToken: (token: string) => boolean;
  readonly isSecure: boolean;
  readonly bytesPerSecond: number | undefined;
  readonly rehydrationMilliseconds: number;
  /** `host:port` of the two listeners, set when they listen. */
  blobHost: string;
  fileHost: string;
}

export interface WebObject {
  readonly content: Content;
  readonly etag: string | undefined;
  readonly lastModified: number;
  readonly contentType: string;
  readonly allowsHead: boolean;
}

export interface Answer {
  readonly status: number;
  /** Flat: name, value, name, value. */
  readonly headers: readonly string[];
  readonly body?: string | Buffer | Content;
}

export type Query = Readonly<Record<string, string>>;

/** One request, parsed. */
export interface Call {
  readonly world: World;
  readonly method: string;
  /** As on the wire, without the query. */
  readonly path: string;
  readonly query: Query;
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly account: AccountState;
  /** Decoded; empty for requests to the account. */
  readonly containerName: string;
  /** Decoded; empty for requests to a container. */
  readonly blobName: string;
  principal: Principal;
  header(name: string): string | undefined;
  /** Whether the principal has one of these permissions. */
  may(anyOf: string): boolean;
}

export function decode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceFailure("InvalidUri");
  }
}

export function parseQuery(text: string): Query {
  const query: Record<string, string> = {};
  for (const pair of text === "" ? [] : text.split("&")) {
    const equals = pair.indexOf("=");
    if (equals === -1) query[decode(pair).toLowerCase()] = "";
    else query[decode(pair.slice(0, equals)).toLowerCase()] = decode(pair.slice(equals + 1));
  }
  return query;
}

export interface ResourcePath {
  readonly account: string;
  readonly container: string;
  readonly blob: string;
}

/** Path-style: `/account/container/blob`. */
export function parsePath(path: string): ResourcePath {
  const accountEnd = path.indexOf("/", 1);
  if (accountEnd === -1) return { account: path.slice(1), container: "", blob: "" };
  const account = path.slice(1, accountEnd);
  const resource = asTheServiceReads(path.slice(accountEnd + 1));
  const containerEnd = resource.indexOf("/");
  if (containerEnd === -1) return { account, container: resource, blob: "" };
  return { account, container: resource.slice(0, containerEnd), blob: resource.slice(containerEnd + 1) };
}

/**
 * Reads a backslash as a slash, resolves segments of dots, and trims dots at the end of other
 * segments.
 */
function asTheServiceReads(path: string): string {
  const plain = decode(path);
  if (!/\\|\.(?:\/|$)/.test(plain)) return plain;
  const segments: string[] = [];
  for (const segment of plain.replaceAll("\\", "/").split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== ".") segments.push(segment.replace(/\.+$/, ""));
  }
  return segments.join("/");
}

export function containerOf(call: Call): Container {
  const container = call.account.containers.get(call.containerName);
  if (container === undefined) throw new ServiceFailure("ContainerNotFound");
  return container;
}

export class RequestCall implements Call {
  principal: Principal = { kind: "anonymous", permissions: "" };

  constructor(
    readonly world: World,
    readonly method: string,
    readonly path: string,
    readonly query: Query,
    readonly headers: IncomingHttpHeaders,
    readonly rawHeaders: readonly string[],
    readonly body: Buffer,
    readonly account: AccountState,
    readonly containerName: string,
    readonly blobName: string,
  ) {}

  header(name: string): string | undefined {
    const value = this.headers[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  may(anyOf: string): boolean {
    const { permissions } = this.principal;
    if (permissions === undefined) return true;
    for (const letter of anyOf) if (permissions.includes(letter)) return true;
    return false;
  }
}
