import { ConnectionBudget, connectionBudget, type LoneTries } from "./connection-budget";

/**
 * Places for requests in flight: as many as the system allows this process, and within them as many as somebody has declared
 * for one store. An urgent request takes no place of the declared ones, so that an abort waits for nothing.
 */
export class Places {
  #declared: ConnectionBudget | undefined;

  constructor(private readonly ofProcess: ConnectionBudget = connectionBudget()) {}

  /** From now on; requests that are in flight already count as ended. */
  limitTo(max: number): void {
    this.#declared = new ConnectionBudget(max);
  }

  /**
   * Resolves with what gives the place back; at once, without a promise, when there is one. Rejects with the signal's reason.
   */
  take(isUrgent = false, signal?: AbortSignal): Place | Promise<Place> {
    const declared = isUrgent ? undefined : this.#declared;
    const own = declared?.take(false, signal);
    if (own !== undefined) return own.then(() => this.#takeOfProcess(declared, isUrgent, signal));
    return this.#takeOfProcess(declared, isUrgent, signal);
  }

  /** As of {@link ConnectionBudget}. */
  refused(lone: LoneTries): Promise<boolean> {
    return this.ofProcess.refused(lone);
  }

  /** As of {@link ConnectionBudget}. */
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

/** Of one request in flight. */
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
