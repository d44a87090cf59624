import type { AccountHandle } from "../../support/fake-blob-service";
import { Content } from "../../support/fake-blob-service/state/content";
import type { FakeWorld } from "./fake-world";
import { answered, asked, codeOf, recorded, type RecordedExchange } from "./recorded";

/** The recorded flows, step by step. */
export const flows: ReadonlyMap<string, readonly RecordedExchange[]> = collect();

function collect(): Map<string, RecordedExchange[]> {
  const found = new Map<string, RecordedExchange[]>();
  for (const exchange of recorded) {
    const { sequence } = exchange;
    if (sequence !== undefined) found.set(sequence, [...(found.get(sequence) ?? []), exchange]);
  }
  for (const steps of found.values()) steps.sort((one, other) => (one.step ?? 0) - (other.step ?? 0));
  return found;
}

/** The compared values of a step, which depend on the state that the earlier steps have left. */
export interface Seen {
  readonly status: number;
  readonly code: string | undefined;
  /**
   * Whether the ETag is the same as in the last answer about this blob ("as before") or "another".
   */
  readonly etag: "as before" | "another" | undefined;
  readonly values: Readonly<Record<string, string | undefined>>;
}

const VALUES = [
  ...["x-ms-copy-status", "x-ms-copy-progress", "x-ms-copy-status-description", "x-ms-access-tier", "x-ms-access-tier-inferred"],
  ...[
    "x-ms-archive-status",
    "x-ms-lease-state",
    "x-ms-lease-status",
    "x-ms-blob-type",
    "x-ms-tag-count",
    "content-length",
    "content-range",
  ],
  ...["x-ms-blob-append-offset", "x-ms-blob-sealed", "x-ms-rehydrate-priority", "x-ms-incremental-copy", "x-ms-is-current-version"],
  ...["x-ms-is-soft-deleted", "x-ms-delete-type-permanent"],
];
/** Values that differ from request to request, so only their presence is compared. */
const PRESENT = [
  ...["x-ms-copy-completion-time", "x-ms-copy-id", "x-ms-access-tier-change-time", "content-md5", "x-ms-snapshot", "x-ms-version-id"],
  "x-ms-copy-destination-snapshot",
];

/**
 * Operations on containers and accounts: the fake service is set up in another way, and the program
 * does not send them.
 */
const NOT_REPLAYED = ["Set Container ACL", "Get Blob Service Properties", "Delete Container"];

const OTHER_LEASE = "91575d29-e660-457c-a8b7-99c446d2d82b";
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LEASE = "8037b136-8283-4e9f-8d24-84dc40be8e66";

/**
 * Sends the requests of a recorded flow to the fake service. Returns its answers together with
 * those of the real service.
 */
export class FlowReplay {
  /** Recorded ids, ETags and times, with the fake service's values for them. */
  readonly #names = new Map<string, string>();
  readonly #etags = { recorded: new Map<string, string>(), fake: new Map<string, string>() };
  readonly #ofSource: ReadonlySet<string>;
  #lastPut = "";

  constructor(
    private readonly world: FakeWorld,
    private readonly steps: readonly RecordedExchange[],
  ) {
    const sources = steps.flatMap((step) => [asked(step, "x-ms-copy-source"), answered(step, "x-ms-copy-source")]);
    this.#ofSource = new Set(sources.flatMap((url) => containerOfSource(url ?? "") ?? []));
    for (const { request } of steps) {
      const [, container = ""] = request.pathAndQuery.split(/[/?]/);
      if (this.#accountOf(container).containerNames().includes(container)) continue;
      this.#accountOf(container).createContainer(container, { publicAccess: "container" });
    }
    for (const account of [world.source, world.dest]) {
      account.rules.keepsVersions = steps.some((step) => answered(step, "x-ms-version-id") !== undefined);
      account.rules.deletesSoftly = steps.some((step) => answered(step, "x-ms-delete-type-permanent") === "false");
    }
    this.#seed(sources);
  }

  /** Creates the state before the first step. */
  #seed(sources: readonly (string | undefined)[]): void {
    const [first] = this.steps;
    if (first !== undefined && ["GET", "HEAD"].includes(first.request.method) && first.response.status === 200) {
      const [container = "", blob = ""] = namesOf(first);
      const isSet = answered(first, "x-ms-access-tier-inferred") === undefined;
      const tier = isSet ? { accessTier: answered(first, "x-ms-access-tier") } : {};
      this.#accountOf(container).putBlob(container, blob, {
        content: Buffer.alloc(Number(answered(first, "content-length") ?? 0)),
        ...tier,
      });
    }
    const written = new Set(this.steps.filter(({ operation }) => operation === "Put Blob").map((step) => namesOf(step).join("/")));
    for (const url of sources) {
      const [, container, blob] = /^https:\/\/\w+acct\.[^/]+\/([^/]+)\/([^?]+)/.exec(url ?? "") ?? [];
      if (container === undefined || blob === undefined || written.has(`${container}/${decodeURIComponent(blob)}`)) continue;
      const account = this.#accountOf(container);
      account.putBlob(container, decodeURIComponent(blob), { content: Content.hole(this.#total ?? 11) });
    }
  }

  /** Bytes of the copy's source, from its recorded progress. */
  get #total(): number | undefined {
    const told = this.steps.map((one) => /\/(\d+)$/.exec(answered(one, "x-ms-copy-progress") ?? "")?.[1]);
    const total = told.find((one) => one !== undefined);
    return total === undefined ? undefined : Number(total);
  }

  /** Returns the real service's answer and the fake one's for each step. */
  async run(): Promise<{ readonly title: string; readonly real: Seen; readonly fake: Seen }[]> {
    const seen = [];
    for (const [index, step] of this.steps.entries()) {
      if (NOT_REPLAYED.includes(step.operation)) continue;
      this.#prepare(step, index);
      const path = decodeURIComponent(step.request.pathAndQuery.split("?")[0] ?? "");
      const response = await this.#ask(step);
      const body = await response.text();
      const headers = Object.fromEntries(response.headers);
      this.#note(step, headers);
      const code = headers["x-ms-error-code"] ?? /<Code>([^<]*)/.exec(body)?.[1];
      const real = Object.fromEntries(Object.entries(step.response.headers).map(([name, value]) => [name.toLowerCase(), value]));
      seen.push({
        title: `${String(step.step)} ${step.operation}`,
        real: seenOf(step.response.status, codeOf(step), real, path, this.#etags.recorded),
        fake: seenOf(response.status, response.status < 300 ? undefined : code, headers, path, this.#etags.fake),
      });
    }
    return seen;
  }

  /** Lets a copy end or stay pending, as in the recording. */
  #prepare(step: RecordedExchange, index: number): void {
    const { script } = this.world.service;
    const [container = "", blob = ""] = namesOf(step);
    const status = answered(step, "x-ms-copy-status");
    if (step.response.status >= 500) {
      const { operation, response } = step;
      script.fault({ operation }, { kind: "answer", status: response.status, code: codeOf(step) ?? "InternalError" });
      return;
    }
    if (step.operation === "Copy Blob" || step.operation === "Incremental Copy Blob") {
      const end = this.steps.slice(index + 1).find((later) => /^(failed|success)$/.test(answered(later, "x-ms-copy-status") ?? ""));
      const failure = end === undefined ? undefined : answered(end, "x-ms-copy-status-description");
      script.reset();
      // The previous copy ends when the next one starts.
      if (step.operation === "Incremental Copy Blob") this.#accountOf(container).completeCopy(container, blob);
      if (status === "pending") {
        const outcome = failure === undefined ? {} : { outcome: "failed" as const, statusDescription: failure };
        script.copies({ neverEnds: true, stallsAt: 0, ...outcome });
      }
    } else if (status === "success" || status === "failed" || codeOf(step) === "NoPendingCopyOperation") {
      this.#accountOf(container).completeCopy(container, blob);
    }
  }

  async #ask(step: RecordedExchange): Promise<Response> {
    const { request, operation } = step;
    const [path = "", search = ""] = request.pathAndQuery.split("?", 2);
    const [, container = ""] = path.split("/");
    const account = this.#accountOf(container);
    const query = [...new URLSearchParams(search)].filter(([name]) => !/^(s[a-z]{1,4}|sig)$/.test(name) || name === "snapshot");
    const translated = query.map(([name, value]) => `${name}=${encodeURIComponent(this.#names.get(value) ?? value)}`);
    const url = `${account.endpoint}${path}${translated.length === 0 ? "" : `?${translated.join("&")}`}`;
    const body = bodyOf(step, this.#total);
    return fetch(url, { method: request.method, headers: this.#headers(step, operation), ...(body === undefined ? {} : { body }) });
  }

  #headers(step: RecordedExchange, operation: string): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(step.request.headers)) {
      const key = name.toLowerCase();
      if (/^(x-ms-(?!date|version|client-request-id|useragent)|if-|range$|content-type$|content-md5$)/.test(key))
        headers[key] = this.#names.get(value) ?? value;
    }
    // The recorded time is in the past now.
    const until = "x-ms-immutability-policy-until-date";
    if (headers[until] !== undefined) headers[until] = new Date(Date.now() + 3_600_000).toUTCString();
    for (const name of ["x-ms-lease-id", "x-ms-proposed-lease-id"]) {
      // Some recorders hide lease ids.
      if (headers[name] === undefined || GUID.test(headers[name])) continue;
      headers[name] = codeOf(step)?.startsWith("LeaseIdMismatch") === true ? OTHER_LEASE : LEASE;
    }
    if (headers["x-ms-copy-source-authorization"] !== undefined) headers["x-ms-copy-source-authorization"] = "Bearer a-token";
    // Some recorders do not keep request headers, so the headers that the operation needs are
    // added.
    if (operation === "Put Blob") {
      headers["x-ms-blob-type"] ??= "BlockBlob";
      this.#lastPut = step.request.pathAndQuery.split("?")[0] ?? "";
    }
    if (operation === "Lease Blob") {
      headers["x-ms-lease-action"] ??= answered(step, "x-ms-lease-id") === undefined ? "release" : "acquire";
      headers["x-ms-lease-duration"] ??= "-1";
      if (headers["x-ms-lease-action"] === "acquire") headers["x-ms-proposed-lease-id"] ??= LEASE;
    }
    if (operation === "Abort Copy Blob") {
      headers["x-ms-copy-action"] ??= "abort";
      if (hasNoHeaders(step)) headers["x-ms-lease-id"] ??= step.response.status === 204 ? LEASE : OTHER_LEASE;
    }
    if (operation === "Copy Blob" && hasNoHeaders(step) && this.steps.some((one) => one.operation === "Lease Blob"))
      headers["x-ms-lease-id"] ??= LEASE;
    if (/Copy Blob$|From URL$/.test(operation) && operation !== "Abort Copy Blob")
      headers["x-ms-copy-source"] =
        operation === "Incremental Copy Blob"
          ? this.#lastSnapshotBefore(step)
          : this.#ofVersion(this.#sourceOf(headers["x-ms-copy-source"], step, operation), step);
    if (/From URL$/.test(operation)) headers["x-ms-requires-sync"] ??= operation.startsWith("Copy") ? "true" : "";
    if (headers["x-ms-requires-sync"] === "") delete headers["x-ms-requires-sync"];
    return { authorization: "Bearer a-token", "x-ms-version": "2026-04-06", ...headers };
  }

  /**
   * The source's URL at the fake service, with a SAS where needed. Recorders leave out URLs that
   * carry one.
   */
  #sourceOf(url: string | undefined, step: RecordedExchange, operation: string): string {
    const isKnown = url !== undefined && /^https:\/\/\w+acct\./.test(url);
    if (url !== undefined && !isKnown && /^https?:\/\//.test(url)) return this.#webSource(step);
    const shown = answered(this.steps.find((later) => answered(later, "x-ms-copy-source") !== undefined) ?? step, "x-ms-copy-source");
    if (!isKnown && shown !== undefined && !/acct\./.test(shown)) return this.#webSource(step);
    const parsed = isKnown ? new URL(url) : undefined;
    const path = parsed?.pathname ?? this.#lastPutBefore(step);
    const [, container = ""] = path.split("/");
    const account = this.#accountOf(container);
    const moment = parsed?.searchParams.get("snapshot");
    const query = moment == null ? "" : `snapshot=${encodeURIComponent(this.#names.get(moment) ?? moment)}`;
    const needsSas = operation !== "Copy Blob" || account !== this.world.dest;
    const sas = needsSas ? account.sas({ container, permissions: "rt" }) : "";
    const all = [query, sas].filter((part) => part !== "").join("&");
    return `${account.endpoint}${path}${all === "" ? "" : `?${all}`}`;
  }

  /** If a blob is copied onto itself, the source is its first version. */
  #ofVersion(url: string, step: RecordedExchange): string {
    const [first] = this.steps;
    const version = first === undefined || first === step ? undefined : answered(first, "x-ms-version-id");
    const isOntoItself = new URL(url).pathname.endsWith(step.request.pathAndQuery.split("?")[0] ?? "");
    if (version === undefined || !isOntoItself || /[?&]snapshot=/.test(url)) return url;
    return `${url}${url.includes("?") ? "&" : "?"}versionid=${encodeURIComponent(this.#names.get(version) ?? version)}`;
  }

  /** Recorders hide or rename the source of an incremental copy, which is the latest snapshot. */
  #lastSnapshotBefore(step: RecordedExchange): string {
    const taken = this.steps.filter((one) => one.operation === "Snapshot Blob" && (one.step ?? 0) < (step.step ?? 0)).at(-1) ?? step;
    const [container = ""] = namesOf(taken);
    const account = this.#accountOf(container);
    const snapshot = answered(taken, "x-ms-snapshot") ?? "";
    // Their containers were public, or the recorder removed a SAS.
    const sas = account.sas({ container, permissions: "r" });
    const path = taken.request.pathAndQuery.split("?")[0] ?? "";
    return `${account.endpoint}${path}?snapshot=${encodeURIComponent(this.#names.get(snapshot) ?? snapshot)}&${sas}`;
  }

  #webSource(step: RecordedExchange): string {
    return this.world.service.putWebObject(`source of ${step.sequence ?? ""}`, { content: Buffer.alloc(this.#total ?? 11) });
  }

  #lastPutBefore(step: RecordedExchange): string {
    const own = step.request.pathAndQuery.split("?")[0];
    const puts = this.steps.filter((one) => one.operation === "Put Blob" && (one.step ?? 0) < (step.step ?? 0));
    if (step.operation === "Copy Blob" && this.steps.some((one) => one.request.pathAndQuery.includes("versionid="))) return own ?? "";
    return (
      puts
        .map((one) => one.request.pathAndQuery.split("?")[0] ?? "")
        .filter((path) => path !== own)
        .at(-1) ?? this.#lastPut
    );
  }

  #note(step: RecordedExchange, headers: Readonly<Record<string, string>>): void {
    for (const name of ["x-ms-copy-id", "x-ms-snapshot", "x-ms-version-id", "x-ms-lease-id", "etag", "content-md5"]) {
      const [real, fake] = [answered(step, name), headers[name]];
      if (real !== undefined && fake !== undefined) this.#names.set(real, fake);
    }
  }

  #accountOf(container: string): AccountHandle {
    return this.#ofSource.has(container) ? this.world.source : this.world.dest;
  }
}

/** Some recorders do not keep request headers. */
function hasNoHeaders({ request }: RecordedExchange): boolean {
  return !Object.keys(request.headers).some((name) => /^x-ms-(?!date|version|client-request-id)/i.test(name));
}

function containerOfSource(url: string): string | undefined {
  return /^https:\/\/srcacct\.[^/]+\/([^/]+)/.exec(url)?.[1];
}

function namesOf({ request }: RecordedExchange): string[] {
  const [, container = "", ...blob] = (request.pathAndQuery.split("?")[0] ?? "").split("/");
  return [container, decodeURIComponent(blob.join("/"))];
}

/** Text of the recorded length, if the recording does not have the body. */
function bodyOf({ request, operation }: RecordedExchange, total = 11): string | undefined {
  if (request.method !== "PUT") return undefined;
  if (request.body !== undefined && request.body.startsWith("<")) return request.body;
  const isContent = ["Put Blob", "Append Block", "Put Page", "Put Block"].includes(operation);
  const length = Number(valueOf(request.headers, "content-length") ?? (operation === "Put Blob" ? total : 0));
  return isContent && length > 0 ? "x".repeat(length) : undefined;
}

function valueOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(headers).find(([candidate]) => candidate.toLowerCase() === name)?.[1];
}

function seenOf(
  status: number,
  code: string | undefined,
  headers: Readonly<Record<string, string | undefined>>,
  path: string,
  etags: Map<string, string>,
): Seen {
  const { etag } = headers;
  const before = etags.get(path);
  if (etag !== undefined) etags.set(path, etag);
  const values: Record<string, string | undefined> = {};
  const isRead = status < 300 && headers["x-ms-blob-type"] !== undefined;
  for (const name of VALUES) if (name !== "content-length" || isRead) values[name] = headers[name];
  for (const name of PRESENT) values[name] = headers[name] === undefined ? undefined : "there";
  return { status, code, etag: etag === undefined || before === undefined ? undefined : etag === before ? "as before" : "another", values };
}
