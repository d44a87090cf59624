import { ConnectionBudget, connectionBudget, type LoneTries } from "./connection-budget";

/**
 * Places for requests in flight: as many as the system allows this process, and of these at most
 * the number declared for one store. An urgent request does not take one of the declared places, so
 * an abort does not wait for them.
 */
export class Places {
  #declared: ConnectionBudget | undefined;

  constructor(private readonly ofProcess: ConnectionBudget = connectionBudget()) {}

  /** Applies from now on. Requests that are already in flight are not counted. */
  limitTo(max: number): void {
    this.#declared = new ConnectionBudget(max);
  }

  /**
   * Returns a place if one is free, otherwise a promise of one, which rejects with the signal's
   * reason.
   */
  take(isUrgent = false, signal?: AbortSignal): Place | Promise<Place> {
    const declared = isUrgent ? undefined : this.#declared;
    const own = declared?.take(false, signal);
    if (own !== undefined) return own.then(() => this.#takeOfProcess(declared, isUrgent, signal));
    return this.#takeOfProcess(declared, isUrgent, signal);
  }

  /** See {@link ConnectionBudget.refused}. */
  refused(lone: LoneTries): Promise<boolean> {
    return this.ofProcess.refused(lone);
  }

  /** See {@link ConnectionBudget.onShortage}. */
  onShortage(close: () => number): () => void {
    return this.ofProcess.onShortage(close);
  }

  #takeOfProcess(declared: ConnectionBudget | undefined, isUrgent: boolean, signal: AbortSignal | undefined): Place | Promise<Place> {
    const place = new Place(this.ofProcess, declared);
    const turn = this.ofProcess.take(isUrgent, signal);
    if (turn === undefined) return place;
    return turn.then(
      () => place,
      (reason: unknown) => {
        declared?.giveBack();
        throw reason;
      },
    );
  }
}

/** The place of one request in flight. */
export class Place {
  constructor(
    private readonly ofProcess: ConnectionBudget,
    private readonly declared: ConnectionBudget | undefined,
  ) {}

  giveBack(): void {
    this.ofProcess.giveBack();
    this.declared?.giveBack();
  }
}
