import { type KeyObject, createHmac, createSecretKey } from "node:crypto";
import { rememberMade } from "../../util/secrets/known-secrets";

/** The parts of a request that a Shared Key signature covers, besides the headers. */
export interface SignedRequest {
  readonly method: string;
  /** Escaped, as it is sent. */
  readonly path: string;
  /** Unescaped. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly contentLength: number;
}

/** The key of a storage account: signs requests (Shared Key) and shared access signatures. */
export class SharedKey {
  readonly #key: KeyObject;

  constructor(
    readonly accountName: string,
    key: Buffer,
  ) {
    this.#key = createSecretKey(key);
  }

  /** Base64. */
  hmac(text: string): string {
    return createHmac("sha256", this.#key).update(text, "utf8").digest("base64");
  }

  /** The value of `Authorization`. `headers`: all headers of the request, including `x-ms-date`. */
  authorization(request: SignedRequest, headers: Readonly<Record<string, string>>): string {
    const { method, path, query, contentLength } = request;
    const standard =
      `${method}\n${headers["content-encoding"] ?? ""}\n${headers["content-language"] ?? ""}\n${contentLength === 0 ? "" : contentLength}\n` +
      `${headers["content-md5"] ?? ""}\n${headers["content-type"] ?? ""}\n\n${headers["if-modified-since"] ?? ""}\n${headers["if-match"] ?? ""}\n` +
      `${headers["if-none-match"] ?? ""}\n${headers["if-unmodified-since"] ?? ""}\n${headers["range"] ?? ""}\n`;
    const signature = this.hmac(`${standard}${canonicalHeaders(headers)}/${this.accountName}${path}${canonicalQuery(query)}`);
    // The service can repeat the signature long afterwards, in the description of a failed copy.
    rememberMade(signature);
    return `SharedKey ${this.accountName}:${signature}`;
  }
}

/** Prefix of metadata headers. A request may have any number of them. */
const METADATA = "x-ms-meta-";

/**
 * Makes the Shared Key signatures of many PUT requests that differ only in a few headers. The
 * shared headers are sorted and joined once.
 */
export class SigningTemplate {
  /** Text, name of a header that differs, text, and so on. */
  readonly #parts: readonly string[];

  constructor(
    private readonly key: SharedKey,
    common: Readonly<Record<string, string>>,
    /** Further headers that a request may have, only `x-ms-` ones. */
    varying: readonly string[],
  ) {
    const names = [...Object.keys(common).filter((name) => name.startsWith("x-ms-")), ...varying, METADATA];
    names.sort((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
    const parts = [""];
    for (const name of names) {
      if (name === METADATA || varying.includes(name)) parts.push(name, "");
      else parts.push(`${parts.pop() ?? ""}${name.toLowerCase()}:${common[name] ?? ""}\n`);
    }
    this.#parts = parts;
  }

  /** The value of `Authorization` for a request without body and query. */
  authorization(path: string, own: Readonly<Record<string, string | undefined>>): string {
    let headers = this.#parts[0] ?? "";
    for (let index = 1; index < this.#parts.length; index += 2) {
      const name = this.#parts[index] ?? "";
      const value = own[name];
      if (name === METADATA) headers += canonicalHeaders(metadataOf(own));
      else if (value !== undefined) headers += `${name}:${value}\n`;
      headers += this.#parts[index + 1] ?? "";
    }
    const { key } = this;
    const conditions = `${own["if-modified-since"] ?? ""}\n${own["if-match"] ?? ""}\n${own["if-none-match"] ?? ""}\n${own["if-unmodified-since"] ?? ""}`;
    return `SharedKey ${key.accountName}:${key.hmac(`PUT\n\n\n\n\n\n\n${conditions}\n\n${headers}/${key.accountName}${path}`)}`;
  }
}

function metadataOf(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const name in own) if (name.startsWith(METADATA)) metadata[name] = own[name] ?? "";
  return metadata;
}

function canonicalHeaders(headers: Readonly<Record<string, string>>): string {
  const names = Object.keys(headers).filter((name) => name.startsWith("x-ms-"));
  names.sort((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
  let text = "";
  for (const name of names) text += `${name.toLowerCase()}:${headers[name] ?? ""}\n`;
  return text;
}

const sortKeys = new Map<string, string>();
const MOST_SORT_KEYS = 1_000;

/**
 * The service sorts like Windows: hyphens do not count, and an underscore comes before digits and
 * letters.
 */
function sortKey(name: string): string {
  let key = sortKeys.get(name);
  if (key === undefined) {
    key = name.toLowerCase().replaceAll("-", "").replaceAll("_", "!");
    if (sortKeys.size < MOST_SORT_KEYS) sortKeys.set(name, key);
  }
  return key;
}

/** Names are signed in lower case, in whichever case they are sent. */
function canonicalQuery(query: SignedRequest["query"]): string {
  if (query.length === 0) return "";
  return query
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `\n${name}:${value}`)
    .join("");
}
