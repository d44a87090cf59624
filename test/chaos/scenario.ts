import { CopyMethod } from "../../lib";
import { addsSnapshot, BlobType, isAsynchronous } from "../../src/intent";
import { resultingType } from "../../src/engine/methods/run/traits";
import type { Before, DeployWorldOptions } from "../e2e/rollback/support/deploy-world";
import { Content, type BlobSeed, type CopyScript, type Fault } from "../support/fake-blob-service";
import type { Random } from "./random";
import { describeUnknowns, drawUnknowns, type Unknowns } from "./unknowns";

const MEBIBYTE = 1024 * 1024;

/** The processes that get the signal. */
export type Victim = "terraform" | "launcher" | "guardian" | "terraform and launcher" | "everything";

export interface Kill {
  readonly victim: Victim;
  readonly signal: NodeJS.Signals;
  /** Milliseconds from the start of the deploy, or from the answer to the start of a copy. */
  readonly after: number;
  readonly from: "the start of the deploy" | "the copy's first request";
  /** Milliseconds until the guardian also gets a SIGKILL, in the middle of its rollback. */
  readonly guardianAfter: number | undefined;
}

export interface Disturbance {
  readonly fault: Fault;
  /** Probability for each request. */
  readonly probability: number;
}

/** One drawn deploy with its disturbance. */
export interface Scenario {
  readonly method: CopyMethod;
  readonly before: Before;
  /** Milliseconds that the copy, or its largest request, takes. */
  readonly duration: number;
  readonly survivesDisconnect: boolean;
  readonly kill: Kill | undefined;
  readonly disturbance: Disturbance | undefined;
  /**
   * Adds a resource that is done meanwhile. So Terraform saves its state, in which the copy counts
   * as made although it is not.
   */
  readonly withSibling: boolean;
  /** Number of further copies in the same stack, which are checked less closely. */
  readonly others: number;
  /** Milliseconds from the copy's first request until another client writes the destination. */
  readonly writtenAfter: number | undefined;
  /** `ulimit -n` of the deploy. */
  readonly descriptors: number | undefined;
  readonly unknowns: Unknowns;
}

/** REST name of the first request with which a method moves bytes. */
export const FIRST_REQUESTS: Readonly<Record<Exclude<CopyMethod, CopyMethod.AUTO>, string>> = {
  [CopyMethod.COPY_BLOB]: "Copy Blob",
  [CopyMethod.COPY_BLOB_FROM_URL]: "Copy Blob From URL",
  [CopyMethod.PUT_BLOB_FROM_URL]: "Put Blob From URL",
  [CopyMethod.PUT_BLOCK_FROM_URL]: "Put Block From URL",
  [CopyMethod.PUT_PAGE_FROM_URL]: "Put Page From URL",
  [CopyMethod.APPEND_BLOCK_FROM_URL]: "Append Block From URL",
  [CopyMethod.INCREMENTAL_COPY_BLOB]: "Incremental Copy Blob",
};

const { AUTO, COPY_BLOB, PUT_BLOB_FROM_URL } = CopyMethod;
const OTHER_METHODS = Object.values(CopyMethod).filter((method) => ![AUTO, COPY_BLOB, PUT_BLOB_FROM_URL].includes(method));

/** The source for a method, and the most bytes that one request moves. */
const SOURCES: Readonly<Record<string, { readonly seed: BlobSeed; readonly requestBytes: number }>> = {
  [CopyMethod.PUT_BLOCK_FROM_URL]: { seed: { content: Content.pattern(20 * MEBIBYTE) }, requestBytes: 8 * MEBIBYTE },
  [CopyMethod.PUT_PAGE_FROM_URL]: {
    seed: {
      type: "PageBlob",
      content: Content.sparse(20 * MEBIBYTE, [
        { offset: MEBIBYTE, content: Content.pattern(9 * MEBIBYTE) },
        { offset: 16 * MEBIBYTE, content: Content.pattern(MEBIBYTE, 2) },
      ]),
    },
    requestBytes: 4 * MEBIBYTE,
  },
  [CopyMethod.APPEND_BLOCK_FROM_URL]: {
    seed: { type: "AppendBlob", content: Content.pattern(150 * MEBIBYTE) },
    requestBytes: 100 * MEBIBYTE,
  },
  [CopyMethod.INCREMENTAL_COPY_BLOB]: { seed: { type: "PageBlob", content: Content.pattern(200 * 1024) }, requestBytes: 200 * 1024 },
};
const SMALL = { seed: { content: Content.pattern(200_000) }, requestBytes: 200_000 };

/**
 * Every tenth try is the most frequent case for users: only Ctrl-C while a copy is pending, without
 * further faults.
 */
const PLAIN_CTRL_C_EVERY = 10;

export function drawScenario(random: Random, number: number): Scenario {
  return number % PLAIN_CTRL_C_EVERY === 0 ? drawCtrlC(random) : drawAnything(random);
}

function drawCtrlC(random: Random): Scenario {
  return {
    method: CopyMethod.COPY_BLOB,
    before: random.oneOf(["absent", "present", "copied earlier"]),
    duration: 2_000,
    survivesDisconnect: false,
    kill: {
      victim: "terraform and launcher",
      signal: "SIGINT",
      from: "the copy's first request",
      after: random.integer(100, 1_500),
      guardianAfter: undefined,
    },
    disturbance: undefined,
    withSibling: random.chance(0.3),
    others: drawOthers(random),
    writtenAfter: undefined,
    descriptors: undefined,
    unknowns: drawUnknowns(random),
  };
}

function drawAnything(random: Random): Scenario {
  // Half of all tries use Copy Blob, as it is the method with a copy to abort.
  const method = random.chance(0.5) ? CopyMethod.COPY_BLOB : random.oneOf([PUT_BLOB_FROM_URL, ...OTHER_METHODS]);
  const duration = isAsynchronous(method) ? random.integer(0, 2_000) : random.integer(0, 800);
  const how = random.next();
  return {
    method,
    // A snapshot can be added only to an incremental copy, not to an ordinary blob.
    before: random.oneOf(addsSnapshot(method) ? ["absent", "copied earlier"] : ["absent", "present", "copied earlier"]),
    duration,
    survivesDisconnect: random.chance(0.5),
    kill: how < 0.85 ? drawKill(random, duration) : undefined,
    disturbance: how > 0.7 ? drawDisturbance(random) : undefined,
    withSibling: random.chance(0.3),
    others: drawOthers(random),
    // A blob of another type cannot be overwritten by the copy, which other tests check.
    writtenAfter: isOfBlocks(method) && random.chance(0.25) ? random.integer(0, duration + 200) : undefined,
    descriptors: random.chance(0.1) ? random.integer(64, 128) : undefined,
    unknowns: unknownsFor(method, random),
  };
}

/**
 * If the service refuses a snapshot whose copy was rolled back, the next deploy needs a new
 * snapshot, so it could not be a repetition of the same deploy.
 */
function unknownsFor(method: CopyMethod, random: Random): Unknowns {
  const drawn = drawUnknowns(random);
  return addsSnapshot(method) ? new Map([...drawn].filter(([question]) => question !== "incremental-copy-of-the-same")) : drawn;
}

function isOfBlocks(method: CopyMethod): boolean {
  return resultingType(method, BlobType.BLOCK) === BlobType.BLOCK;
}

function drawOthers(random: Random): number {
  return random.chance(0.4) ? random.integer(1, 4) : 0;
}

export function drawKill(random: Random, duration: number): Kill {
  const victim = random.oneOf<Victim>(["terraform", "terraform", "terraform and launcher", "launcher", "guardian", "everything"]);
  const signal = victim === "everything" ? "SIGKILL" : random.oneOf<NodeJS.Signals>(["SIGINT", "SIGTERM", "SIGKILL", "SIGHUP"]);
  const guardianAfter = victim !== "everything" && random.chance(0.2) ? random.integer(0, 60) : undefined;
  const when = random.next();
  if (when < 0.15) return { victim, signal, guardianAfter, from: "the start of the deploy", after: random.integer(0, 1_000) };
  // During the copy, or near its end.
  const after = when < 0.65 ? random.integer(0, duration) : Math.max(0, duration + random.integer(-30, 150));
  return { victim, signal, guardianAfter, from: "the copy's first request", after };
}

export function drawDisturbance(random: Random): Disturbance {
  const fault = random.oneOf<Fault>([
    { kind: "reset before" },
    { kind: "reset after effect" },
    { kind: "answer", status: 500, code: "InternalError" },
    { kind: "answer", status: 503, code: "ServerBusy" },
    { kind: "answer", status: 503, code: "ServerBusy", retryAfterSeconds: 1 },
    { kind: "answer", status: 429, code: "TooManyRequests", retryAfterSeconds: 1 },
    { kind: "answer", status: 500, code: "OperationTimedOut" },
    { kind: "delay", milliseconds: 1_500 },
    { kind: "delay answer", milliseconds: 1_500 },
    { kind: "hang" },
    { kind: "hang after effect" },
  ]);
  // Each hanging request costs the client its whole timeout.
  return { fault, probability: fault.kind.startsWith("hang") ? 0.1 : random.oneOf([0.1, 0.3]) };
}

/**
 * The world for a scenario. If requests may hang, the copy has a timeout, since it would otherwise
 * wait for minutes.
 */
export function worldOf({ method, before, duration, survivesDisconnect, disturbance, withSibling, others }: Scenario): DeployWorldOptions {
  const { seed, requestBytes } = SOURCES[method] ?? SMALL;
  const isSlow = !isAsynchronous(method) && duration > 0;
  return {
    before,
    source: seed,
    withSibling,
    others,
    config: { method, ...(disturbance?.fault.kind.startsWith("hang") === true ? { timeout: "4s" } : {}) },
    service: { survivesDisconnect, ...(isSlow ? { bytesPerSecond: (requestBytes * 1_000) / duration } : {}) },
  };
}

export function copyScriptOf({ method, duration, others }: Scenario): CopyScript | undefined {
  return isAsynchronous(method) ? { pendingMilliseconds: duration, times: 1 + others } : undefined;
}

export function describeScenario(scenario: Scenario): string {
  const { method, before, duration, survivesDisconnect, kill, disturbance, withSibling, others, writtenAfter, descriptors } = scenario;
  const parts = [`${method} of ${String(duration)} ms`, `destination ${before}`];
  if (withSibling) parts.push("next to another resource");
  if (others > 0) parts.push(`next to ${String(others)} other ${others === 1 ? "copy" : "copies"}`);
  if (survivesDisconnect) parts.push("requests survive their caller");
  if (writtenAfter !== undefined)
    parts.push(`somebody else writes the destination ${String(writtenAfter)} ms after the copy's first request`);
  if (descriptors !== undefined) parts.push(`with ${String(descriptors)} descriptors`);
  if (kill !== undefined) parts.push(`${kill.signal} to ${kill.victim} ${String(kill.after)} ms after ${kill.from}`);
  if (kill?.guardianAfter !== undefined) parts.push(`SIGKILL of the guardian ${String(kill.guardianAfter)} ms later`);
  if (disturbance !== undefined) parts.push(`${JSON.stringify(disturbance.fault)} at ${String(disturbance.probability * 100)} %`);
  parts.push(describeUnknowns(scenario.unknowns));
  return parts.join(", ");
}
