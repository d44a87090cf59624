import type { Call } from "./http/call";
import { ChosenWays, type Way, WAYS } from "./ways";

/** How Copy Blob onto some destinations goes. */
export interface CopyScript {
  /** Account, container and blob that it is for; absent: any. */
  readonly account?: string;
  readonly container?: string;
  readonly name?: string | RegExp;
  /** Account of the source; absent: any. */
  readonly from?: string;
  /** How many copies it is for; default: all. */
  readonly times?: number;
  readonly pendingMilliseconds?: number;
  /** Stays pending until it is aborted. */
  readonly neverEnds?: boolean;
  /** Fraction of the bytes that progress stops at while pending; default 1, or 0.5 with `neverEnds`. */
  readonly stallsAt?: number;
  /** Default: success. */
  readonly outcome?: "success" | "failed";
  /** Of a failed copy, such as `403 AuthenticationFailed "…"`. */
  readonly statusDescription?: string;
  /** While pending, such as `502 BadGateway "…"`. */
  readonly pendingDescription?: string;
}

/** What goes wrong with a request. */
export type Fault =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly code: string;
      readonly message?: string;
      readonly retryAfterSeconds?: number;
      /** Besides the ones that each answer has. */
      readonly headers?: Readonly<Record<string, string>>;
      /** The request takes effect all the same; default false. */
      readonly afterEffect?: boolean;
      /** Elements of the body that follow the message. */
      readonly details?: Readonly<Record<string, string>>;
    }
  /** The connection is cut, before the request has any effect or after. */
  | { readonly kind: "reset before" }
  | { readonly kind: "reset after effect" }
  /** The request waits before it takes effect. */
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** The request waits for the test before it takes effect. */
  | { readonly kind: "hold"; readonly until: Promise<unknown> }
  /** It takes effect at once, the answer waits. */
  | { readonly kind: "delay answer"; readonly milliseconds: number }
  /** It takes effect, and something between cuts or replaces the body of its answer, as a complete one. */
  | { readonly kind: "change answer"; readonly body: (text: string) => string; readonly contentType?: string }
  /** It takes effect, and its answer has other headers; names and values in turn. */
  | { readonly kind: "change headers"; readonly headers: (sent: readonly string[]) => readonly string[] }
  /** No effect, and 200 with nothing in it, as of a server that knows nothing of the operation. */
  | { readonly kind: "bare 200" }
  /** No effect, no answer. */
  | { readonly kind: "hang" }
  /** It takes effect, the answer never comes. */
  | { readonly kind: "hang after effect" };

export interface FaultMatcher {
  /** REST name, such as `Copy Blob`. */
  readonly operation?: string;
  readonly method?: string;
  /** The path on the wire: as a string, its end. */
  readonly path?: string | RegExp;
  /** The first matching request to fail, from 1; default 1. */
  readonly nth?: number;
  /** How many requests fail from there; default 1, Infinity for ever. */
  readonly times?: number;
}

/** What a random fault may depend on. */
export interface FaultSubject {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
}

function isMatch(text: string, pattern: string | RegExp | undefined, end: boolean): boolean {
  if (pattern === undefined) return true;
  return typeof pattern === "string" ? (end ? text.endsWith(pattern) : text === pattern) : pattern.test(text);
}

/** What the service makes of List Blobs' `startFrom`: older ones do not know it, others refuse what they do not know. */
export type StartFromRule = Way<typeof START_FROM>;
const START_FROM = "listing-from-a-name-on";

/** Everything a test decides about how the service behaves. */
export class Script {
  private readonly startFromRules = new Map<string, StartFromRule>();
  private copyScripts: { readonly script: CopyScript; left: number }[] = [];
  private faults: { readonly matcher: FaultMatcher; readonly fault: Fault; seen: number }[] = [];
  private randomFault: ((subject: FaultSubject) => Fault | undefined) | undefined;

  /** What nobody knows of the service. */
  readonly ways = new ChosenWays();

  /** Later scripts come before earlier ones. */
  copies(script: CopyScript): void {
    this.copyScripts.unshift({ script, left: script.times ?? Infinity });
  }

  /** Of one account; default: as of all. */
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

  /** Asked for each request that no other fault hits; give no function to stop. */
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

  /** `from`: the account of the source; undefined for one that is outside of Azure. */
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
