import { setMaxListeners } from "node:events";
import { isForWantOfRole, mayGetRole, type RoleWaitRequest } from "./role-wait";

/**
 * Many requests wait for one role together. One of the refused requests is sent again from time to
 * time; the others, and all later ones, wait for its response. Steps separate requests that need
 * different roles. Once a request of a step was let through, a refusal of that step is final.
 */
export class SharedRoleWait<Step extends string> {
  readonly #granted = new Set<Step>();
  readonly #givenUp = new Set<Step>();
  /** Each is resolved when its wait is over, with any outcome. */
  readonly #probes = new Map<Step, Promise<void>>();
  readonly #ended = new AbortController();
  readonly #either: AbortSignal;

  constructor(private readonly request: RoleWaitRequest) {
    this.#either = AbortSignal.any([request.stop, this.#ended.signal]);
    setMaxListeners(0, this.#either);
  }

  /** From now on there is no waiting: a refused request fails. */
  end(): void {
    this.#ended.abort();
  }

  /** Rejects with the refusal when the role does not come. */
  through<Answer>(step: Step, send: () => Promise<Answer>): Promise<Answer> {
    return this.#isFinal(step) ? send() : this.#together(step, send);
  }

  async #together<Answer>(step: Step, send: () => Promise<Answer>): Promise<Answer> {
    await this.#probes.get(step);
    if (this.#isFinal(step)) return send();
    try {
      return this.#grantedBy(await send(), step);
    } catch (error) {
      if (!isForWantOfRole(error)) throw error;
      const probe = this.#probes.get(step);
      if (probe === undefined && !this.#isFinal(step)) return this.#probe(step, send, error);
      await probe;
      if (this.#givenUp.has(step) || this.#ended.signal.aborted) throw error;
      return this.through(step, send);
    }
  }

  #isFinal(step: Step): boolean {
    return this.#granted.has(step) || this.#givenUp.has(step) || this.#ended.signal.aborted;
  }

  #grantedBy<Answer>(answer: Answer, step: Step): Answer {
    this.#granted.add(step);
    return answer;
  }

  async #probe<Answer>(step: Step, send: () => Promise<Answer>, refusal: unknown): Promise<Answer> {
    let release: () => void = () => undefined;
    this.#probes.set(step, new Promise((resolve) => (release = resolve)));
    try {
      for (let error = refusal; ;) {
        if (!(await this.#mayTryAgain(error))) {
          this.#givenUp.add(step);
          throw error;
        }
        try {
          return this.#grantedBy(await send(), step);
        } catch (next) {
          if (!isForWantOfRole(next)) throw next;
          error = next;
        }
      }
    } finally {
      this.#probes.delete(step);
      release();
    }
  }

  async #mayTryAgain(error: unknown): Promise<boolean> {
    try {
      return await mayGetRole(error, { ...this.request, stop: this.#either });
    } catch (aborted) {
      if (this.request.stop.aborted) throw aborted;
      return false;
    }
  }
}
