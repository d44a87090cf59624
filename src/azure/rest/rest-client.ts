import { randomUUID } from "node:crypto";
import type { Clock } from "../../engine/ports/clock";
import type { ServiceError } from "../../failure/service-error";
import { onAbort } from "../../util/abort/abort-listeners";
import { requireSecure } from "../credential/secure-transport";
import type { Target } from "../credential/target";
import { currentAuthorization, currentSourceUrl, originOf, originOfSas } from "../identity/origins";
import { type RequestIdentity, errorFromAnswer, errorFromNoAnswer, withUnknownOutcome } from "./error-response";
import type { Trouble } from "../../failure/timed-out";
import { isConflict } from "../../failure/service-codes";
import { ABORTED } from "../../failure/transient";
import { type HttpAnswer, HttpConnections, isOfTheService, MALFORMED, NoAnswer, notOfTheService } from "../http/exchange";
import { Unanswered } from "../http/unanswered";
import { type RetryPolicy, parseRetryAfter, Retries } from "../http/retry";
import { USER_AGENT } from "../http/user-agent";
import { type Refused, refusedAuthorization, refusedSas, type Sent, SOURCE, SOURCE_AUTHORIZATION } from "./refused-authorization";
import { httpDate, sendable } from "./sendable";
import { MalformedXml } from "./xml";

export interface RestRequest {
  /** Name of the REST operation. */
  readonly operation: string;
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Unescaped, without the query of the blob's own URL. */
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly headersOnly?: boolean;
  /** Maximum size of the response's body. */
  readonly maxBytes?: number;
  readonly retryPolicy: RetryPolicy;
  /**
   * false: never repeated after a try that may have taken effect, because a second one would have
   * another effect.
   */
  readonly repeatable: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Throws MalformedXml or NoAnswer for an incomplete response. */
  readonly check?: (body: string, answer: HttpAnswer) => void;
}

export const SERVICE_VERSION = "2026-04-06";

/**
 * Sends a request: authorises it, repeats it if that is safe, and turns every other response into a
 * ServiceError.
 */
export class RestClient {
  readonly connections: HttpConnections;
  readonly #unanswered: Unanswered;
  readonly #throttleListeners = new Set<(retryAfterMilliseconds: number) => void>();

  constructor(
    readonly clock: Clock,
    environment: NodeJS.ProcessEnv,
  ) {
    this.connections = new HttpConnections(environment);
    this.#unanswered = new Unanswered(() => clock.now());
  }

  /**
   * Resolves for a status below 300. Rejects with ServiceError, or with CopyFailure if there is no
   * token.
   */
  async send(target: Target, request: RestRequest): Promise<HttpAnswer> {
    const identity: RequestIdentity = {
      side: target.side,
      operation: request.operation,
      url: target.blob.url,
      writes: request.method === "PUT" || request.method === "DELETE",
    };
    const retries = new Retries(request.retryPolicy, request.signal !== undefined && !isUrgent(request));
    let earlierTryUnknown = false;
    let isRepeated = false;
    const replaced = new Set<string>();
    for (;;) {
      const outcome: Outcome = await this.#try(target, request, identity);
      if (outcome.error === undefined) {
        this.#unanswered.answered(identity);
        return isRepeated ? { ...outcome.answer, isRepeated } : outcome.answer;
      }
      this.#unanswered.refused(outcome.error);
      // A revoked token or SAS is replaced once, without a pause.
      const refused = refusedAuthorization(outcome.error, outcome.headers) ?? refusedSas(outcome.error, outcome.headers);
      if (refused !== undefined && !replaced.has(refused.header) && this.#replace(target, refused)) {
        replaced.add(refused.header);
        continue;
      }
      // A condition that is not met can be the effect of an earlier try: its response was lost, or
      // came from a server that did not know the outcome.
      const isPerhapsOwn = earlierTryUnknown || (isRepeated && identity.writes && isConflict(outcome.error));
      const error: ServiceError = isPerhapsOwn ? withUnknownOutcome(outcome.error) : outcome.error;
      const pause = retries.pauseAfter(error, outcome.retryAfter);
      if (pause === undefined || (error.outcomeUnknown && !request.repeatable)) throw error;
      earlierTryUnknown ||= error.outcomeUnknown;
      isRepeated = true;
      await this.clock.sleep(pause, request.signal).catch((reason: unknown) => {
        throw errorFromNoAnswer(identity, new NoAnswer(ABORTED, earlierTryUnknown, reason));
      });
    }
  }

  /**
   * Like {@link send}, and reads the response's body. A body that `parse` finds incomplete
   * (MalformedXml) counts as a lost response, because an intermediary, such as a proxy's sign-in
   * page, can answer 200.
   */
  async read<Result>(target: Target, request: RestRequest, parse: (body: string) => Result): Promise<Result> {
    const results: Result[] = [];
    const check = (body: string) => void (results[0] = parse(body));
    const answer = await this.send(target, { ...request, check });
    return results[0] ?? parse(answer.body);
  }

  /** The reason why callers are waiting for responses. */
  get trouble(): Trouble | undefined {
    return this.#unanswered.trouble;
  }

  /**
   * Called for each try that the service throttles, whether it is repeated or not. Returns a
   * function that removes the listener.
   */
  onThrottled(listener: (retryAfterMilliseconds: number) => void): () => void {
    this.#throttleListeners.add(listener);
    return () => this.#throttleListeners.delete(listener);
  }

  noteRefusal(error: ServiceError, retryAfter: number): void {
    this.#unanswered.refused(error);
    if (!THROTTLING_STATUS.has(error.status)) return;
    for (const listener of this.#throttleListeners) listener(retryAfter);
  }

  close(): void {
    this.connections.close();
  }

  async #try(target: Target, request: RestRequest, identity: RequestIdentity): Promise<Outcome> {
    const { blob } = target;
    try {
      const headers = await this.#headers(target, request, identity);
      const query = (request.query ?? []).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
      if (blob.query !== "") query.push(blob.query);
      if (target.credential.query !== "") query.push(target.credential.query);
      const sent = { query: query.join("&"), headers };
      const end = this.#unanswered.begin(identity);
      const exchange = this.connections.exchange({
        endpoint: blob.endpoint,
        method: request.method,
        path: sent.query === "" ? blob.path : `${blob.path}?${sent.query}`,
        headers,
        body: request.body,
        timeout: request.retryPolicy.timeout,
        headersOnly: request.headersOnly ?? false,
        maxBytes: request.maxBytes ?? MAX_BYTES,
        isUrgent: isUrgent(request),
        signal: request.signal,
      });
      const answer = await exchange.finally(end);
      if (answer.status < 300) {
        // The request did not reach the service, and must not count as done.
        if (identity.writes && !isOfTheService(answer)) throw notOfTheService();
        request.check?.(answer.body, answer);
        return { answer, error: undefined };
      }
      const now = this.clock.now();
      const error = errorFromAnswer(identity, answer, now, sent);
      const retryAfter = parseRetryAfter(answer.headers["retry-after"], answer.headers.date, now);
      this.noteRefusal(error, retryAfter);
      return { error, retryAfter, headers };
    } catch (error) {
      const failure = error instanceof MalformedXml ? new NoAnswer(MALFORMED, true, error) : error;
      if (!(failure instanceof NoAnswer)) throw failure;
      return { error: errorFromNoAnswer(identity, failure), retryAfter: 0 };
    }
  }

  #replace(target: Target, { header, value }: Refused): boolean {
    if (header === "authorization") return target.credential.replaceRefused(value);
    if (header === SOURCE) return originOfSas(value)?.replaceRefused(value) ?? false;
    return originOf(value)?.replaceRefused(value.slice("Bearer ".length)) ?? false;
  }

  async #headers(target: Target, request: RestRequest, identity: RequestIdentity): Promise<Record<string, string>> {
    const { blob, credential } = target;
    const headers: Record<string, string> = {
      "x-ms-version": SERVICE_VERSION,
      "x-ms-date": httpDate(this.clock.now()),
      "x-ms-client-request-id": randomUUID(),
    };
    for (const name in request.headers) headers[name] = sendable(name, request.headers[name] ?? "", identity);
    const forSource = headers[SOURCE_AUTHORIZATION];
    if (forSource !== undefined) {
      requireSecure(blob.endpoint, "destination", "source");
      // A copy can outlast the token with which it began.
      const current = currentAuthorization(forSource);
      headers[SOURCE_AUTHORIZATION] = typeof current === "string" ? current : await unlessAborted(current, request.signal);
    }
    const source = headers[SOURCE];
    if (source !== undefined) {
      const current = currentSourceUrl(source);
      headers[SOURCE] = typeof current === "string" ? current : await unlessAborted(current, request.signal);
    }
    const contentLength = request.body === undefined ? 0 : Buffer.byteLength(request.body);
    if (request.method === "PUT" || request.method === "POST") headers["content-length"] = String(contentLength);
    const { method, query = [] } = request;
    const authorised = credential.authorise({ method, blob, query, contentLength, headers, isUrgent: isUrgent(request) });
    if (authorised !== undefined) await unlessAborted(authorised, request.signal);
    headers["user-agent"] = USER_AGENT;
    return headers;
  }
}

/** An overloaded service also answers 500. */
const THROTTLING_STATUS = new Set([429, 500, 503]);

type Outcome =
  | { readonly answer: HttpAnswer; readonly error: undefined }
  | { readonly error: ServiceError; readonly retryAfter: number; readonly headers?: Sent };

/** Bytes; more than any response except a listing. */
const MAX_BYTES = 16 * 1024 * 1024;
/**
 * Milliseconds. Requests with a shorter timeout use the token in hand and the next free connection.
 */
const MIN_WAIT = 10_000;

function isUrgent({ retryPolicy }: RestRequest): boolean {
  return retryPolicy.timeout < MIN_WAIT;
}

/** Rejects like an exchange if the signal is aborted first. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let forgetSignal: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    const giveUp = () => reject(new NoAnswer(ABORTED, false, signal.reason));
    if (signal.aborted) giveUp();
    else forgetSignal = onAbort(signal, giveUp);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    forgetSignal?.();
  }
}
