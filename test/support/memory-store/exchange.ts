import type { Clock } from "../../../src/engine/ports/clock";
import type { Side } from "../../../src/failure/service-error";
import { errorOf, Refusal, type RequestIdentity, type Script } from "./script";
import type { MemoryService } from "./service";

/** A second try of these would have another effect. */
const NEVER_REPEATED: readonly string[] = ["Copy Blob", "Incremental Copy Blob", "Snapshot Blob", "Append Block From URL"];

/** An answer that never comes, for a killed process. */
export const NEVER = new Promise<never>(() => undefined);

/** A process that can be killed. After that, all that it waits for never comes. */
export class MemoryProcess {
  #requests = 0;
  isDead = false;

  /**
   * `diesAt`: the moment of its death, counted from 1. Each request has two moments: before it
   * reaches the service, and before its answer arrives.
   */
  constructor(private readonly diesAt = Infinity) {}

  kill(): void {
    this.isDead = true;
  }

  /** Its clock: a sleep in a killed process never ends. */
  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      sleep: async (milliseconds, signal) => {
        try {
          await clock.sleep(milliseconds, signal);
        } finally {
          if (this.isDead) await NEVER;
        }
      },
    };
  }

  diesBeforeRequest(): boolean {
    this.#requests++;
    return this.#die(this.#requests * 2 - 1);
  }

  diesBeforeAnswer(request: number): boolean {
    return this.#die(request * 2);
  }

  get requests(): number {
    return this.#requests;
  }

  #die(moment: number): boolean {
    if (moment >= this.diesAt) this.isDead = true;
    return this.isDead;
  }
}

export interface Call<T> {
  readonly side: Side;
  readonly operation: string;
  readonly url: string;
  readonly writes: boolean;
  readonly signal: AbortSignal | undefined;
  readonly effect: () => T;
}

/** Sends one request from a process to the service, according to its script. */
export function exchange<T>(service: MemoryService, process: MemoryProcess, call: Call<T>): Promise<T> {
  if (process.diesBeforeRequest()) return NEVER;
  const number = process.requests;
  const identity: RequestIdentity = call;
  const { signal } = call;
  const givenUp = (sent: boolean) => errorOf({ ...identity, writes: identity.writes && sent }, { status: 0, code: "ABORT_ERR" });
  if (signal?.aborted) return Promise.reject(givenUp(false));
  service.requests.push({ operation: call.operation, url: call.url, at: service.clock.now() });
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(givenUp(true));
    signal?.addEventListener("abort", onAbort, { once: true });
    serve(service, identity, call.effect, service.next(call.operation)).then(
      (answer) => {
        signal?.removeEventListener("abort", onAbort);
        if (!process.diesBeforeAnswer(number)) resolve(answer);
      },
      (error: unknown) => {
        signal?.removeEventListener("abort", onAbort);
        if (!process.diesBeforeAnswer(number)) reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

async function serve<T>({ clock }: MemoryService, identity: RequestIdentity, effect: () => T, script: Script): Promise<T> {
  if (script.delay !== undefined) await clock.sleep(script.delay);
  else await Promise.resolve();
  script.meanwhile?.();
  let result: (() => T) | undefined;
  if (typeof script.effect === "object") {
    clock.after(script.effect.late, () => void attempt(identity, effect));
  } else if (script.effect !== "none") {
    result = attempt(identity, effect);
    if (script.effect === "sent again") result = attempt(identity, effect);
    if (script.effect === "twice") {
      if (NEVER_REPEATED.includes(identity.operation)) throw errorOf(identity, { status: 0, code: "ECONNRESET" });
      result = attempt(identity, effect, true);
    }
  }
  script.afterwards?.();
  if (script.answerDelay !== undefined) await clock.sleep(script.answerDelay);
  if (script.answer === "lost") throw errorOf(identity, { status: 0, code: "ECONNRESET" });
  if (script.answer !== undefined) throw errorOf(identity, script.answer);
  if (result === undefined) throw errorOf(identity, { status: 0, code: "ECONNRESET" });
  return result();
}

function attempt<T>(identity: RequestIdentity, effect: () => T, earlierTryUnknown = false): () => T {
  try {
    const result = effect();
    return () => result;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return () => {
      throw errorOf(identity, error, earlierTryUnknown);
    };
  }
}
