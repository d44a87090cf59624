import { randomUUID } from "node:crypto";
import type { WriteResult } from "../../engine/ports/requests";
import type { ServiceError } from "../../failure/service-error";
import type { BlobCopier, CopyGuards, CopyOptions } from "../../engine/ports/blob-container";
import { asShown, BlobType, isPrintable } from "../../intent";
import { onAbort } from "../../util/abort/abort-listeners";
import { checkBlobName, escapeName } from "../address/blob-name";
import { EmptyPuts } from "./empty-puts";
import { errorFromAnswer, errorFromBareAnswer, errorFromNoAnswer, type RequestIdentity, withUnknownOutcome } from "../rest/error-response";
import { ABORTED } from "../../failure/transient";
import { isOfTheService, NoAnswer, notOfTheService } from "../http/exchange";
import type { PutAnswer } from "./put-answer";
import { checkSourceUrl } from "../copy-source/source-url";
import type { CopySourceAccess, PutAuthoriser } from "../credential/credential";
import type { Target } from "../credential/target";
import {
  conditionHeaders,
  keyHeaders,
  metadataHeaders,
  propertyHeaders,
  sourceConditionHeaders,
  sourceKeyHeaders,
} from "../rest/request-headers";
import { refusedAuthorization } from "../rest/refused-authorization";
import { type RestClient, SERVICE_VERSION } from "../rest/rest-client";
import { httpDate, notSendable, sendableHeaders } from "../rest/sendable";
import { defined } from "../../util/defined";
import { parseRetryAfter, RetryPolicy, Retries } from "../http/retry";
import { USER_AGENT } from "../http/user-agent";

export interface CopierRequest {
  readonly client: RestClient;
  readonly source: Target;
  readonly destination: Target;
  readonly options: CopyOptions;
  readonly readable: CopySourceAccess;
  readonly signal: AbortSignal;
}

/** Headers that differ between blobs, or change over time. */
const VARYING = [
  "x-ms-date",
  "x-ms-client-request-id",
  "x-ms-copy-source",
  "x-ms-copy-source-authorization",
  "x-ms-source-if-match",
  "x-ms-if-tags",
];

/** Waits before a throttled request is repeated. */
type Rest = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** `error` is undefined exactly when there is a result. */
type Done = (result: WriteResult | undefined, error: Error | undefined) => void;
const OPERATION = "Put Blob From URL";

/**
 * Put Blob From URL from container to container. The parts that are the same for all blobs are made
 * here, once.
 */
export class PutBlobCopier implements BlobCopier {
  readonly #puts: EmptyPuts;
  /** Lines that end with CRLF. */
  readonly #common: string;
  readonly #authorisation: PutAuthoriser;
  readonly #sourceQuery: string;
  readonly #pathQuery: string;
  /** All request ids of a run begin with this text, and differ in their ends. */
  readonly #requestIds = randomUUID().slice(0, -12);
  #requests = 0;

  constructor(private readonly request: CopierRequest) {
    const { client, source, destination, options, readable, signal } = request;
    const { connections } = client;
    this.#puts = new EmptyPuts(connections.dialerTo(destination.blob.endpoint), RetryPolicy.LONG.timeout, connections.places);
    onAbort(signal, () => this.#puts.abort(signal.reason));
    const keys = { ...keyHeaders(destination.encryptionKey), ...sourceKeyHeaders(source.encryptionKey) };
    const headers = sendableHeaders({ ...this.#headersOf(options), ...keys }, this.#identity(destination.blob.url));
    this.#authorisation = destination.credential.putAuthoriser(headers, VARYING);
    const common = { Host: destination.blob.endpoint.authority, "User-Agent": USER_AGENT, "Content-Length": "0", ...headers };
    this.#common = Object.entries(common)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("");
    const moments = source.blob.query === "" ? "" : `?${source.blob.query}`;
    this.#sourceQuery = readable.query === "" ? moments : `${moments === "" ? "?" : `${moments}&`}${readable.query}`;
    this.#pathQuery = destination.credential.query === "" ? "" : `?${destination.credential.query}`;
  }

  copy(sourceName: string, destinationName: string, guards: CopyGuards, rest?: Rest): Promise<WriteResult> {
    return new Promise((resolve, reject) => {
      const done: Done = (result, error) => {
        if (result === undefined) reject(error ?? new Error("no result and no reason"));
        else resolve(result);
      };
      this.#try(new Copy(sourceName, destinationName, guards, rest), done);
    });
  }

  #try(copy: Copy, done: Done): void {
    const { source, destination, readable, client, signal } = this.request;
    let headers: string | Promise<string>;
    let path: string;
    try {
      checkBlobName(copy.destinationName, "destination");
      const escaped = escapeName(copy.destinationName, "destination");
      path = `${destination.blob.path}/${escaped}`;
      const bare = `${source.blob.url}/${copy.sourceName === copy.destinationName ? escaped : escapeName(copy.sourceName, "source")}`;
      const sourceUrl = checkSourceUrl(bare + this.#sourceQuery, bare);
      headers = this.#headers(copy, path, sourceUrl, readable.authorization?.());
    } catch (error) {
      return done(undefined, error as Error);
    }
    const send = (all: string) => {
      if (signal.aborted) return this.#giveUp(copy, done, new NoAnswer(ABORTED, false, signal.reason));
      this.#puts.send(path + this.#pathQuery, all, (answer, failure) => {
        const isSuccess = answer !== undefined && answer.status < 300;
        if (isSuccess && isOfTheService(answer)) return this.#written(copy, done, writeResultOf(answer));
        const identity = this.#identity(this.#urlOf(copy));
        if (answer === undefined || isSuccess) {
          const why = isSuccess ? notOfTheService() : failure;
          if (why !== undefined) this.#again(copy, done, errorFromNoAnswer(identity, why), 0);
          return;
        }
        const now = client.clock.now();
        const retryAfter = parseRetryAfter(answer.headers["retry-after"], answer.headers["date"], now);
        const error = errorFromAnswer(identity, answer, now, { query: this.#pathQuery.slice(1), headers: copy.headers });
        client.noteRefusal(error, retryAfter);
        this.#again(copy, done, error, retryAfter);
      });
    };
    if (typeof headers === "string") send(headers);
    else headers.then(send, (error: unknown) => done(undefined, error as Error));
  }

  /** The same rules as for any other repeatable request. */
  #again(copy: Copy, done: Done, error: ServiceError, retryAfter: number): void {
    const refused = refusedAuthorization(error, copy.headers);
    if (refused !== undefined && copy.replaced?.includes(refused.header) !== true) {
      const { source, destination } = this.request;
      const { credential } = refused.header === "authorization" ? destination : source;
      copy.replaced = [...(copy.replaced ?? []), refused.header];
      if (credential.replaceRefused(refused.value)) return this.#try(copy, done);
    }
    const pause = copy.retries.pauseAfter(error, retryAfter);
    const known = copy.earlierTryUnknown ? withUnknownOutcome(error) : error;
    if (pause === undefined) return done(undefined, known);
    copy.earlierTryUnknown ||= error.outcomeUnknown;
    const { client, signal } = this.request;
    const isThrottled = error.status === 503 || error.status === 429;
    const rest = isThrottled && copy.rest !== undefined ? copy.rest(pause, signal) : client.clock.sleep(pause, signal);
    rest.then(
      () => this.#try(copy, done),
      (reason: unknown) => this.#giveUp(copy, done, new NoAnswer(ABORTED, copy.earlierTryUnknown, reason)),
    );
  }

  #written(copy: Copy, done: Done, result: WriteResult): void {
    if (result.etag === "") return done(undefined, errorFromBareAnswer(this.#identity(this.#urlOf(copy)), "ETag"));
    done(result, undefined);
  }

  #giveUp(copy: Copy, done: Done, failure: NoAnswer): void {
    done(undefined, errorFromNoAnswer(this.#identity(this.#urlOf(copy)), failure));
  }

  #headers(copy: Copy, path: string, sourceUrl: string, forSource: string | Promise<string> | undefined): string | Promise<string> {
    if (typeof forSource === "object") return forSource.then((known) => this.#headers(copy, path, sourceUrl, known));
    const own: Record<string, string> = {
      "x-ms-date": httpDate(this.request.client.clock.now()),
      "x-ms-client-request-id": this.#requestIds + (this.#requests++).toString(16).padStart(12, "0"),
      "x-ms-copy-source": sourceUrl,
    };
    if (forSource !== undefined) own["x-ms-copy-source-authorization"] = forSource;
    if (copy.guards.sourceEtag !== undefined) own["x-ms-source-if-match"] = copy.guards.sourceEtag;
    const metadata = metadataHeaders(copy.guards.metadata);
    for (const name in metadata) own[name] = (metadata[name] ?? "").trim();
    if (copy.guards.destination !== undefined) Object.assign(own, conditionHeaders(copy.guards.destination));
    const authorization = this.#authorisation(path, own);
    if (typeof authorization === "object") return authorization.then((known) => this.#lines(copy, own, known));
    return this.#lines(copy, own, authorization);
  }

  #lines(copy: Copy, own: Record<string, string>, authorization: string | undefined): string {
    if (authorization !== undefined) own.authorization = authorization;
    copy.sent = "";
    for (const name in own) {
      const value = own[name] ?? "";
      if (!isPrintable(value)) throw notSendable(name, this.#identity(this.#urlOf(copy)));
      copy.sent += `${name}: ${value}\r\n`;
    }
    return this.#common + copy.sent;
  }

  #headersOf(options: CopyOptions): Record<string, string> {
    return {
      "x-ms-version": SERVICE_VERSION,
      "x-ms-blob-type": BlobType.BLOCK,
      "x-ms-copy-source-blob-properties": "true",
      ...defined({ "x-ms-lease-id": options.destinationLeaseId }),
      ...sourceConditionHeaders(options.sourceConditions),
      ...propertyHeaders(asShown(options)),
    };
  }

  #urlOf(copy: Copy): string {
    return `${this.request.destination.blob.url}/${escapeName(copy.destinationName, "destination")}`;
  }

  #identity(url: string): RequestIdentity {
    return { side: "destination", operation: OPERATION, url, writes: true };
  }
}

/**
 * It has no object literals as fields, for the reason given at `UnderWay`: a copy is held while it
 * is under way.
 */
class Copy {
  /** Headers of the last try that are not common to all copies, as lines. */
  sent = "";
  /** Headers whose token or SAS was replaced because the service had refused it. */
  replaced: readonly string[] | undefined;
  readonly retries = new Retries(RetryPolicy.LONG, true);
  earlierTryUnknown = false;

  constructor(
    readonly sourceName: string,
    readonly destinationName: string,
    readonly guards: CopyGuards,
    readonly rest: Rest | undefined,
  ) {}

  get headers(): Readonly<Record<string, string>> {
    const lines = this.sent.split("\r\n").filter((line) => line !== "");
    return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]));
  }
}

function writeResultOf(answer: PutAnswer): WriteResult {
  return {
    etag: answer.header("\r\netag:") ?? "",
    lastModified: new Date(answer.header("\r\nlast-modified:") ?? ""),
    versionId: answer.header("\r\nx-ms-version-id:"),
    contentMd5: answer.header("\r\ncontent-md5:"),
  };
}
