import { type IncomingMessage, type ServerResponse } from "node:http";
import { checkRequest } from "../../api-document/check-request";
import { authorizeCall } from "./authorization";
import { decode, parsePath, parseQuery, RequestCall, type Answer, type Query, type World } from "./call";
import { Content } from "../state/content";
import { WEB_PREFIX } from "../operations/copy-source";
import { bytesToRead } from "../operations/from-url";
import { operationOf, type Operation } from "../operations/operations";
import { getFile, getWebObject } from "../other-sources";
import type { Fault } from "../script";
import { failureBody, ServiceFailure } from "../service-failure";
import { CHUNK_BYTES, cut, sendChunks } from "./wire";

export interface RecordedRequest {
  /** Milliseconds since the epoch, with fractions. */
  readonly at: number;
  readonly method: string;
  /** Name in the REST reference. */
  readonly operation: string;
  /** As on the wire. */
  readonly path: string;
  /** As on the wire, without the signature. */
  readonly query: string;
  readonly headers: IncomingMessage["headers"];
  /** 0 until the request is answered. */
  status: number;
  errorCode: string | undefined;
}

export interface FrontSettings {
  readonly service: "blob" | "file";
  latencyMilliseconds: number;
  isRecording: boolean;
  /**
   * Whether a From-URL request that waits for its bytes takes effect although its client has
   * disconnected.
   */
  survivesDisconnect: boolean;
  inFlight: number;
  /** Since it was set to 0, without renewals of leases. */
  mostInFlight: number;
}

const EMPTY = Buffer.alloc(0);
const DEFAULT_VERSION = "2026-04-06";
const FILE_OPERATIONS: Readonly<Record<string, Operation>> = {
  GET: { name: "Get File", anyOf: "r", handle: getFile },
  HEAD: { name: "Get File Properties", anyOf: "r", handle: getFile },
};
const WEB_NAMES: Readonly<Record<string, string>> = { GET: "Web GET", HEAD: "Web HEAD" };

function changed({ status, headers, body = "" }: Answer, fault: Extract<Fault, { kind: "change answer" }>): Answer {
  const text = body instanceof Content ? body.read().toString() : body.toString();
  const others = fault.contentType === undefined ? headers : ["Content-Type", fault.contentType];
  return { status, headers: others, body: fault.body(text) };
}

/** Tests also send requests themselves, some of them wrong on purpose. */
function isOfProgram({ headers }: IncomingMessage): boolean {
  return headers["user-agent"]?.startsWith("cdktf-azure-blob-copy/") === true;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: Query;
  readonly body: Buffer;
  readonly operation: Operation | undefined;
  readonly record: RecordedRequest | undefined;
  readonly fault: Fault | undefined;
}

/**
 * Connects node:http to the operations: bodies, latency, faults, the log, and the headers of all
 * answers.
 */
export class HttpFront {
  private requestCounter = 0;

  constructor(
    private readonly world: World,
    private readonly settings: FrontSettings,
    private readonly records: RecordedRequest[],
    /** Requests of the program that the description of the API does not allow. */
    private readonly undocumented: Set<string>,
  ) {}

  readonly listen = (request: IncomingMessage, response: ServerResponse): void => {
    const { settings } = this;
    // The program renews and releases leases without waiting for other requests, so these are not
    // counted.
    const takesNoPlace = ["renew", "release"].includes(String(request.headers["x-ms-lease-action"]));
    let isOver = takesNoPlace;
    if (!takesNoPlace) settings.mostInFlight = Math.max(settings.mostInFlight, ++settings.inFlight);
    const end = () => {
      if (!isOver) settings.inFlight--;
      isOver = true;
    };
    // Count it down before the caller can see the answer.
    response.once("prefinish", end);
    response.once("close", end);
    const length = request.headers["content-length"];
    if ((length === undefined || length === "0") && request.headers["transfer-encoding"] === undefined) {
      this.afterLatency(request, response, EMPTY);
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => this.afterLatency(request, response, chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
  };

  private afterLatency(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    if (this.settings.latencyMilliseconds > 0) setTimeout(() => this.begin(request, response, body), this.settings.latencyMilliseconds);
    else this.begin(request, response, body);
  }

  private begin(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const { method = "", url = "/" } = request;
    const mark = url.indexOf("?");
    const path = mark === -1 ? url : url.slice(0, mark);
    const search = mark === -1 ? "" : url.slice(mark + 1);
    let query: Query = {};
    let operation: Operation | undefined;
    let failure: unknown;
    try {
      query = parseQuery(search);
      operation = this.operation(request, path, query);
    } catch (error) {
      failure = error;
    }
    const name = operation?.name ?? "Unknown";
    let record: RecordedRequest | undefined;
    if (this.settings.isRecording) {
      const at = performance.timeOrigin + performance.now();
      record = {
        at,
        method,
        operation: name,
        path,
        query: search.replace(/(^|&)sig=[^&]*/i, "$1sig=REDACTED"),
        headers: request.headers,
        status: 0,
        errorCode: undefined,
      };
      this.records.push(record);
      if (isOfProgram(request) && this.settings.service === "blob" && !path.startsWith(WEB_PREFIX)) {
        const { headers } = request;
        for (const problem of checkRequest({ operation: name, method, path, query, headers, hasBody: body.length > 0 }))
          this.undocumented.add(problem);
      }
    }
    const fault = this.world.script.faultFor({ operation: name, method, path });
    const exchange: Exchange = { request, response, path, query, body, operation, record, fault };
    if (failure !== undefined) this.fail(exchange, failure);
    else if (fault === undefined) this.run(exchange);
    else this.runWithFault(exchange, fault);
  }

  private runWithFault(exchange: Exchange, fault: Fault): void {
    if (fault.kind === "reset before") return cut(exchange.request);
    if (fault.kind === "hang") return;
    if (fault.kind === "bare 200") return this.finish(exchange, { status: 200, headers: [] });
    if (fault.kind === "hold") return void fault.until.then(() => this.run(exchange));
    if (fault.kind === "delay") return void setTimeout(() => this.run(exchange), fault.milliseconds);
    if (fault.kind !== "answer" || fault.afterEffect === true) return this.run(exchange);
    this.failAsScripted(exchange, fault);
  }

  private failAsScripted(exchange: Exchange, fault: Extract<Fault, { kind: "answer" }>): void {
    const retryAfter = fault.retryAfterSeconds === undefined ? [] : ["Retry-After", String(fault.retryAfterSeconds)];
    const headers = [...retryAfter, ...Object.entries(fault.headers ?? {}).flat()];
    const { status, code, message = `Scripted ${code}.`, details = {} } = fault;
    this.fail({ ...exchange, fault: undefined }, new ServiceFailure(code, { status, message, headers, details }));
  }

  private operation(request: IncomingMessage, path: string, query: Query): Operation | undefined {
    const { method = "" } = request;
    if (path.startsWith(WEB_PREFIX)) {
      const name = decode(path.slice(WEB_PREFIX.length));
      return { name: WEB_NAMES[method] ?? "Web", anyOf: "", handle: (call) => getWebObject(this.world, call, name) };
    }
    const parsed = parsePath(path);
    if (this.settings.service === "file") return parsed.blob === "" ? undefined : FILE_OPERATIONS[method];
    return operationOf({ method, query, container: parsed.container, blob: parsed.blob, header: (name) => request.headers[name] });
  }

  private run(exchange: Exchange): void {
    try {
      const { operation, path, request } = exchange;
      if (operation === undefined) throw unknownOperation(exchange.query.comp);
      const { account: accountName, container, blob } = parsePath(path);
      const isWeb = path.startsWith(WEB_PREFIX);
      const account = isWeb
        ? {
            name: "",
            key: EMPTY,
            delegationSecret: EMPTY,
            containers: new Map(),
            encryptionScopes: new Set<string>(),
            files: new Map(),
            rules: {},
          }
        : this.world.accounts.get(accountName);
      if (account === undefined) throw new ServiceFailure("ResourceNotFound");
      const call = new RequestCall(
        this.world,
        request.method ?? "",
        path,
        exchange.query,
        request.headers,
        request.rawHeaders,
        exchange.body,
        account,
        container,
        blob,
      );
      if (!isWeb) authorizeCall(call, this.settings.service, operation.anyOf);
      const rate = operation.readsSource ? this.world.bytesPerSecond : undefined;
      if (rate === undefined) return this.finish(exchange, operation.handle(call));
      this.runAfter((bytesToRead(call) / rate) * 1000, exchange, () => operation.handle(call));
    } catch (error) {
      this.fail(exchange, error);
    }
  }

  /** A request takes effect only with its last byte. */
  private runAfter(milliseconds: number, exchange: Exchange, handle: () => Answer): void {
    let hasCallerGone = false;
    exchange.response.once("close", () => (hasCallerGone = true));
    setTimeout(() => {
      if (hasCallerGone && !this.settings.survivesDisconnect) return;
      try {
        this.finish(exchange, handle());
      } catch (error) {
        this.fail(exchange, error);
      }
    }, milliseconds);
  }

  private fail(exchange: Exchange, error: unknown): void {
    const failure =
      error instanceof ServiceFailure
        ? error
        : new ServiceFailure("InternalError", {
            message: `Bug in the fake service: ${String(error instanceof Error ? error.stack : error)}`,
          });
    if (exchange.record) exchange.record.errorCode = failure.code;
    const headers = ["x-ms-error-code", failure.code, ...failure.headers];
    const hasBody = exchange.request.method !== "HEAD" && failure.status !== 304;
    if (!hasBody) return this.finish(exchange, { status: failure.status, headers });
    headers.push("Content-Type", "application/xml");
    this.finish(exchange, { status: failure.status, headers, body: failureBody(failure, this.requestId()) });
  }

  private finish(exchange: Exchange, answer: Answer): void {
    const { fault, record, request } = exchange;
    if (fault?.kind === "reset after effect") return cut(request);
    if (fault?.kind === "hang after effect") return;
    if (fault?.kind === "answer" && fault.afterEffect === true) return this.failAsScripted(exchange, fault);
    if (record) record.status = answer.status;
    if (fault?.kind === "change answer") return this.send(exchange, changed(answer, fault));
    if (fault?.kind === "change headers") return this.send(exchange, { ...answer, headers: [...fault.headers(answer.headers)] });
    if (fault?.kind === "delay answer") setTimeout(() => this.send(exchange, answer), fault.milliseconds);
    else this.send(exchange, answer);
  }

  private requestId(): string {
    return `${(++this.requestCounter).toString(16).padStart(8, "0")}-601e-0000-0000-000000000000`;
  }

  private send({ request, response }: Exchange, answer: Answer): void {
    const version = request.headers["x-ms-version"];
    const headers = [
      "Server",
      "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0",
      "x-ms-request-id",
      this.requestId(),
      "x-ms-version",
      typeof version === "string" ? version : DEFAULT_VERSION,
      ...answer.headers,
    ];
    const clientId = request.headers["x-ms-client-request-id"];
    if (typeof clientId === "string") headers.push("x-ms-client-request-id", clientId);
    const { body, status } = answer;
    if (body instanceof Content && body.length > CHUNK_BYTES) {
      headers.push("Content-Length", String(body.length));
      response.writeHead(status, headers);
      sendChunks(response, body, 0);
      return;
    }
    const bytes = body instanceof Content ? body.read() : body;
    if (bytes !== undefined) headers.push("Content-Length", String(typeof bytes === "string" ? Buffer.byteLength(bytes) : bytes.length));
    else if (status !== 204 && status !== 304 && request.method !== "HEAD") headers.push("Content-Length", "0");
    // Without either header, Node's client assumes that the connection ends here.
    else if (status >= 400 && request.method === "HEAD") headers.push("Transfer-Encoding", "chunked");
    response.writeHead(status, headers);
    response.end(bytes);
  }
}

function unknownOperation(comp: string | undefined): ServiceFailure {
  if (comp === undefined) return new ServiceFailure("UnsupportedHttpVerb");
  return new ServiceFailure("InvalidQueryParameterValue", {
    details: { QueryParameterName: "comp", QueryParameterValue: comp, Reason: "" },
  });
}
