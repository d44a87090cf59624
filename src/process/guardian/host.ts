import { createServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import type { Cancellation } from "./cancellation";
import { type GuardianRequest, lineOf, parseLauncherMessage, readMessages, type SessionEnd } from "../channel";
import { environmentOfProcess, GuardianEnvironment } from "../environment";
import { Rendezvous } from "../rendezvous";
import { readIntent } from "../read-intent";

/** Time between the connection of a launcher that did not start this guardian, and its `go`. */
const GREETING_MILLISECONDS = 10_000;
/** Time between the end of the last session and the end of the process. */
const LINGER_MILLISECONDS = 1_000;
const LOOK_MILLISECONDS = 25;
/** Time for a launcher to take the exit code and to hang up. */
const LAST_MESSAGE_MILLISECONDS = 5_000;

/** The work for one launcher. */
export interface GuardianSession {
  readonly cancellation: Cancellation;
  /** Called with the launcher's answer to `all-told`. */
  acknowledge(isHeard: boolean): void;
  /** Resolves with the outcome, after all other messages. */
  run(): Promise<SessionEnd>;
}

export interface GuardianHostOptions {
  /** Called with the environment of the run when a launcher has sent `go`. */
  readonly openSession: (environment: NodeJS.ProcessEnv, launcher: Duplex) => GuardianSession;
  /** Called when no launcher is left, and no other can come. */
  readonly onEnd: () => void;
}

/**
 * Serves the launcher that started this guardian, and later launchers that would have started an
 * equal one while this one is at work. Each launcher has a session of its own, which begins and
 * ends independently of the others.
 */
export class GuardianHost {
  /** Launchers whose request was accepted. */
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

  /** Cancels all sessions, and accepts no others afterwards. */
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

  /**
   * Accepts the first request, and later ones with the same program, folder and environment, apart
   * from the variables of their run.
   */
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
      // Without an exit code the launcher treats this guardian as lost, and acts accordingly.
      .catch(() => launcher.destroy())
      .finally(() => this.#leave(launcher));
  }

  #leave(launcher: Duplex): void {
    this.#launchers.delete(launcher);
    this.#emptySince = Date.now();
    this.#endIfEmpty(this.#rendezvous === undefined || this.#cancelled !== undefined);
  }

  /**
   * Between two copies, while Terraform works on its state, there may be no launcher for a moment.
   */
  #endIfEmpty(atOnce: boolean): void {
    if (this.#launchers.size > 0) return;
    if (!atOnce && Date.now() - this.#emptySince < LINGER_MILLISECONDS && this.#rendezvous?.isOfUse) return;
    this.#rendezvous?.clear();
    this.options.onEnd();
  }
}

/**
 * A copy set works for a long time and at full load. Single copies that are to be aborted must not
 * have to wait for it.
 */
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

/**
 * A launcher that writes to a closed channel would lose its unread messages. So this waits until
 * the launcher has closed its end.
 */
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
