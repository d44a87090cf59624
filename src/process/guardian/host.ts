import { createServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import type { Cancellation } from "./cancellation";
import { type GuardianRequest, lineOf, parseLauncherMessage, readMessages, type SessionEnd } from "../channel";
import { environmentOfProcess, GuardianEnvironment } from "../environment";
import { Rendezvous } from "../rendezvous";
import { readIntent } from "../read-intent";

/** From the coming of a launcher that this guardian was not started by to its `go`. */
const GREETING_MILLISECONDS = 10_000;
/** From the last session's end to that of the process. */
const LINGER_MILLISECONDS = 1_000;
const LOOK_MILLISECONDS = 25;
/** For a launcher to take the exit code, and to hang up. */
const LAST_MESSAGE_MILLISECONDS = 5_000;

/** The work for one launcher. */
export interface GuardianSession {
  readonly cancellation: Cancellation;
  /** Called with the launcher's answer to `all-told`. */
  acknowledge(isHeard: boolean): void;
  /** Resolves with how it ended when all else is said. */
  run(): Promise<SessionEnd>;
}

export interface GuardianHostOptions {
  /** Called with the environment of the run when a launcher has said `go`. */
  readonly openSession: (environment: NodeJS.ProcessEnv, launcher: Duplex) => GuardianSession;
  /** Called when nobody is there any more and nobody can come. */
  readonly onEnd: () => void;
}

/**
 * Serves the launcher that has started this guardian, and those that come while it is at work and would have started just such a one. Each
 * has a session of its own, which begins and ends as if there were no others.
 */
export class GuardianHost {
  /** Those whose request is accepted. */
  readonly #launchers = new Set<Duplex>();
  readonly #sessions = new Map<Duplex, GuardianSession>();
  #first: GuardianRequest | undefined;
  #cancelled: ((cancellation: Cancellation) => void) | undefined;
  #rendezvous: Rendezvous | undefined;
  #emptySince = 0;
  readonly #server: Server = createServer((launcher) => {
    setTimeout(() => this.#sessions.has(launcher) || launcher.destroy(), GREETING_MILLISECONDS).unref();
    this.serve(launcher);
  });

  constructor(private readonly options: GuardianHostOptions) {}

  /** All sessions, and then takes no others. */
  cancel(how: (cancellation: Cancellation) => void): void {
    this.#cancelled ??= how;
    for (const { cancellation } of this.#sessions.values()) how(cancellation);
    if (this.#first) this.#endIfEmpty(true);
  }

  serve(launcher: Duplex): void {
    let request: GuardianRequest | undefined;
    const take = (value: unknown) => {
      const message = parseLauncherMessage(value);
      if (message === "go") {
        if (request && !this.#sessions.has(launcher)) this.#begin(launcher, request.environment);
      } else if (typeof message === "string") {
        this.#sessions.get(launcher)?.cancellation.request(message);
      } else if (message && "heard" in message) {
        this.#sessions.get(launcher)?.acknowledge(message.heard);
      } else if (message && this.#accepts(message.request)) {
        request = message.request;
        this.#launchers.add(launcher);
        launcher.write(lineOf("accepted"));
      } else {
        launcher.destroy();
      }
    };
    readMessages(launcher, take, () => {
      const session = this.#sessions.get(launcher);
      if (session) session.cancellation.request("launcher-gone");
      else this.#leave(launcher);
    });
  }

  /** The first one always; another one if it has the same program, folder and environment but for what belongs to its run. */
  #accepts(request: GuardianRequest): boolean {
    if (this.#first === undefined) {
      this.#first = request;
      this.#meet(request);
      return true;
    }
    return (
      this.#cancelled === undefined &&
      request.program === this.#first.program &&
      isShareable(request) &&
      baseOf(request) === baseOf(this.#first)
    );
  }

  #meet(request: GuardianRequest): void {
    if (request.rendezvous === undefined) return;
    const rendezvous = new Rendezvous(request.rendezvous);
    if (!isShareable(request)) return rendezvous.clear();
    this.#rendezvous = rendezvous;
    rendezvous.open(this.#server);
    setInterval(() => this.#endIfEmpty(false), LOOK_MILLISECONDS);
  }

  #begin(launcher: Duplex, environment: NodeJS.ProcessEnv): void {
    const session = this.options.openSession(environment, launcher);
    this.#sessions.set(launcher, session);
    this.#cancelled?.(session.cancellation);
    void session
      .run()
      .finally(() => this.#sessions.delete(launcher))
      .then((end) => sendEnd(launcher, end))
      // Without an exit code the launcher takes this guardian for lost, and acts on it.
      .catch(() => launcher.destroy())
      .finally(() => this.#leave(launcher));
  }

  #leave(launcher: Duplex): void {
    this.#launchers.delete(launcher);
    this.#emptySince = Date.now();
    this.#endIfEmpty(this.#rendezvous === undefined || this.#cancelled !== undefined);
  }

  /** While Terraform is at work on its state, between two copies, nobody may be here for a moment. */
  #endIfEmpty(atOnce: boolean): void {
    if (this.#launchers.size > 0) return;
    if (!atOnce && Date.now() - this.#emptySince < LINGER_MILLISECONDS && this.#rendezvous?.isOfUse) return;
    this.#rendezvous?.clear();
    this.options.onEnd();
  }
}

/** A copy set works for long and at full load, which single copies must not have to wait for when they are to be aborted. */
function isShareable({ environment }: GuardianRequest): boolean {
  try {
    const intent = readIntent(environment) as { readonly set?: unknown } | null;
    return intent?.set === undefined;
  } catch {
    return false;
  }
}

function baseOf({ environment }: GuardianRequest): string {
  return JSON.stringify([environment[GuardianEnvironment.WORKING_DIRECTORY], ...Object.entries(environmentOfProcess(environment)).sort()]);
}

/** A launcher that says something to a channel that is gone would lose what it has not read, so its end is waited for. */
function sendEnd(launcher: Duplex, end: SessionEnd): Promise<void> {
  if (launcher.closed) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LAST_MESSAGE_MILLISECONDS);
    launcher.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    launcher.end(lineOf(end));
  });
}
