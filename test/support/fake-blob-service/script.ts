import type { Call } from "./http/call";
import { ChosenWays, type Way, WAYS } from "./ways";

/** The course of Copy Blob onto some destinations. */
export interface CopyScript {
  /** Account, container and blob to which it applies; absent: any. */
  readonly account?: string;
  readonly container?: string;
  readonly name?: string | RegExp;
  /** Account of the source; absent: any. */
  readonly from?: string;
  /** Number of copies to which it applies; default: all. */
  readonly times?: number;
  readonly pendingMilliseconds?: number;
  /** Stays pending until it is aborted. */
  readonly neverEnds?: boolean;
  /**
   * Fraction of the bytes at which progress stops while pending; default 1, or 0.5 with
   * `neverEnds`.
   */
  readonly stallsAt?: number;
  /** Default: success. */
  readonly outcome?: "success" | "failed";
  /** Status description of a failed copy, such as `403 AuthenticationFailed "…"`. */
  readonly statusDescription?: string;
  /** Status description while pending, such as `502 BadGateway "…"`. */
  readonly pendingDescription?: string;
}

/** A fault that a request meets. */
export type Fault =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly code: string;
      readonly message?: string;
      readonly retryAfterSeconds?: number;
      /** Headers in addition to those of all answers. */
      readonly headers?: Readonly<Record<string, string>>;
      /** Whether the request takes effect all the same; default false. */
      readonly afterEffect?: boolean;
      /** Elements of the body that follow the message. */
      readonly details?: Readonly<Record<string, string>>;
    }
  /** The connection is reset, before the request takes effect or afterwards. */
  | { readonly kind: "reset before" }
  | { readonly kind: "reset after effect" }
  /** The request waits before it takes effect. */
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** The request waits for the test before it takes effect. */
  | { readonly kind: "hold"; readonly until: Promise<unknown> }
  /** The request takes effect at once, and the answer waits. */
  | { readonly kind: "delay answer"; readonly milliseconds: number }
  /**
   * The request takes effect, and an intermediary cuts or replaces the body of the answer, which
   * still looks complete.
   */
  | { readonly kind: "change answer"; readonly body: (text: string) => string; readonly contentType?: string }
  /** The request takes effect, and its answer has other headers (names and values in turn). */
  | { readonly kind: "change headers"; readonly headers: (sent: readonly string[]) => readonly string[] }
  /** No effect, and an empty 200, as from a server that does not know the operation. */
  | { readonly kind: "bare 200" }
  /** No effect, no answer. */
  | { readonly kind: "hang" }
  /** The request takes effect, and the answer never comes. */
  | { readonly kind: "hang after effect" };

export interface FaultMatcher {
  /** Name in the REST reference, such as `Copy Blob`. */
  readonly operation?: string;
  readonly method?: string;
  /** The path on the wire; a string is compared with its end. */
  readonly path?: string | RegExp;
  /** The first matching request to fail, from 1; default 1. */
  readonly nth?: number;
  /** Number of requests that fail from there on; default 1, Infinity for ever. */
  readonly times?: number;
}

/** Properties of a request on which a random fault may depend. */
export interface FaultSubject {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
}

function isMatch(text: string, pattern: string | RegExp | undefined, end: boolean): boolean {
  if (pattern === undefined) return true;
  return typeof pattern === "string" ? (end ? text.endsWith(pattern) : text === pattern) : pattern.test(text);
}

/**
 * How the service handles `startFrom` of List Blobs: older services do not know it, others refuse
 * unknown parameters.
 */
export type StartFromRule = Way<typeof START_FROM>;
const START_FROM = "listing-from-a-name-on";

/** All choices of a test about the service's behaviour. */
export class Script {
  private readonly startFromRules = new Map<string, StartFromRule>();
  private copyScripts: { readonly script: CopyScript; left: number }[] = [];
  private faults: { readonly matcher: FaultMatcher; readonly fault: Fault; seen: number }[] = [];
  private randomFault: ((subject: FaultSubject) => Fault | undefined) | undefined;

  /** Choices for behaviour of the service that is not known. */
  readonly ways = new ChosenWays();

  /** Later scripts take precedence over earlier ones. */
  copies(script: CopyScript): void {
    this.copyScripts.unshift({ script, left: script.times ?? Infinity });
  }

  /** For one account; the default is the rule of all accounts. */
  startFrom(account: string, rule: StartFromRule): void {
    this.startFromRules.set(account, rule);
  }

  startFromRule(account: string): StartFromRule {
    const rules: readonly StartFromRule[] = WAYS[START_FROM];
    return this.startFromRules.get(account) ?? rules.find((rule) => this.ways.is(START_FROM, rule)) ?? "honoured";
  }

  fault(matcher: FaultMatcher, fault: Fault): void {
    this.faults.push({ matcher, fault, seen: 0 });
  }

  /**
   * `choose` is called for each request without another fault. Call it without a function to stop.
   */
  random(choose?: (subject: FaultSubject) => Fault | undefined): void {
    this.randomFault = choose;
  }

  reset(): void {
    this.copyScripts = [];
    this.faults = [];
    this.randomFault = undefined;
    this.startFromRules.clear();
    this.ways.reset();
  }

  /** `from`: the account of the source; undefined for a source outside Azure. */
  copyScript(call: Call, from: string | undefined): CopyScript | undefined {
    for (const entry of this.copyScripts) {
      const { account, container, name } = entry.script;
      if (entry.script.from !== undefined && entry.script.from !== from) continue;
      if (entry.left <= 0 || (account !== undefined && account !== call.account.name)) continue;
      if ((container !== undefined && container !== call.containerName) || !isMatch(call.blobName, name, false)) continue;
      entry.left--;
      return entry.script;
    }
    return undefined;
  }

  faultFor(subject: FaultSubject): Fault | undefined {
    for (const entry of this.faults) {
      const { operation, method, path, nth = 1, times = 1 } = entry.matcher;
      if ((operation !== undefined && operation !== subject.operation) || (method !== undefined && method !== subject.method)) continue;
      if (!isMatch(subject.path, path, true)) continue;
      entry.seen++;
      if (entry.seen >= nth && entry.seen < nth + times) return entry.fault;
    }
    return this.randomFault?.(subject);
  }
}
