import { answered, codeOf, type RecordedExchange, recorded } from "./recorded";

/** The parts of an answer that can be compared between two services with different blobs. */
export interface Answered {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const FORMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["an ETag", /^"?0x8[0-9A-F]{14}"?$/],
  ["a request id", /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{6}000000$/],
  ["a GUID", /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/],
  ["an HTTP date", /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/],
  ["a time of seven decimals", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/],
  ["a version", /^20\d\d-\d\d-\d\d$/],
  ["progress", /^\d+\/\d+$/],
  ["a number", /^\d+$/],
  ["an MD5", /^[A-Za-z0-9+/]{22}==$/],
  ["a CRC64", /^[A-Za-z0-9+/]{11}=$/],
  ["a truth value", /^(true|false)$/],
];

export function formOf(value: string): string {
  return FORMS.find(([, pattern]) => pattern.test(value))?.[0] ?? "text";
}

/** Elements in the order of their start tags, after the byte order mark and XML declaration. */
export function elementsOf(body: string): string {
  const names = Array.from(body.matchAll(/<([A-Za-z0-9]+)[ >/]/g), ([, name = ""]) => name);
  return `${body.startsWith("\ufeff") ? "mark " : ""}${/^\ufeff?<\?xml/.test(body) ? "xml " : ""}${names.join(" ")}`;
}

/**
 * Headers of the connection, of the caller, of blobs that differ, or of services with other
 * settings (CORS, browsers).
 */
const NOT_COMPARED =
  /^(connection|keep-alive|date|content-length|transfer-encoding|x-ms-client-request-id|x-ms-meta-.*|vary|access-control-.*|strict-transport-security|x-recording-.*)$/;
/** Headers of accounts with special settings (versions), or added by one recorder. */
const NOT_ALWAYS = /^(x-ms-version-id|retry-after)$/;
/** Headers that older versions do not have, and that some recorders drop. */
const NEWER = /^(x-ms-error-code|x-ms-copy-source-(status|error)-code|x-ms-request-id|x-ms-version|server)$/;
/** Elements after the message in the bodies of errors since 2024-08-04. */
const NEWER_ELEMENTS = " CopySourceStatusCode CopySourceErrorCode CopySourceErrorMessage";
/** Recorders that keep all headers of an answer. */
const COMPLETE = /^(test-proxy json: complete|test-proxy-json|yaml \(python|nock: response headers complete|java session record)/;

/**
 * The recordings of one operation, status and code, since the versions that send error codes as
 * headers.
 */
export class RecordedShape {
  private readonly exchanges: readonly RecordedExchange[];

  constructor(
    readonly operation: string,
    readonly status: number,
    readonly code?: string,
  ) {
    const all = recorded.filter(
      (exchange) =>
        exchange.operation === operation &&
        exchange.response.status === status &&
        codeOf(exchange) === code &&
        COMPLETE.test(exchange.fidelity),
    );
    const recent = all.filter((exchange) => (answered(exchange, "x-ms-version") ?? "9") >= "2018-11-09");
    this.exchanges = recent.length > 0 ? recent : all;
    if (this.exchanges.length === 0) throw new Error(`nothing was recorded of ${operation} ${String(status)} ${code ?? ""}`);
  }

  /** Differences between an answer and all recordings; empty when it could be one of them. */
  differencesOf(answer: Answered): string[] {
    const headerSets = this.exchanges.map(({ response }) => lowerCased(response.headers));
    const names = (headers: Readonly<Record<string, string>>) => Object.keys(headers).filter((name) => !NOT_COMPARED.test(name));
    const possible = new Set(headerSets.flatMap(names));
    const always = [...possible].filter((name) => headerSets.every((headers) => name in headers) && !NOT_ALWAYS.test(name));
    const has = new Set(names(answer.headers));
    const differences = [
      ...always.filter((name) => !has.has(name)).map((name) => `the header ${name} is missing`),
      ...[...has].filter((name) => !possible.has(name) && !NEWER.test(name)).map((name) => `the service has no header ${name}`),
      ...[...has].flatMap((name) => {
        const forms = new Set(headerSets.flatMap((headers) => headers[name] ?? []).map(formOf));
        const form = formOf(answer.headers[name] ?? "");
        return forms.size === 0 || forms.has(form) ? [] : [`${name} is ${form}, not ${[...forms].join(" or ")}`];
      }),
    ];
    const bodies = new Set(this.exchanges.map(({ response }) => elementsOf(response.body)));
    const body = elementsOf(answer.body);
    if (this.status >= 300 && !bodies.has(body) && !bodies.has(body.replace(NEWER_ELEMENTS, "")))
      differences.push(`its body is "${body}", not "${[...bodies].join('" or "')}"`);
    return differences;
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
