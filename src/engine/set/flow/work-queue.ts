import type { Clock } from "../../ports/clock";

export interface QueueRules {
  /** Limit of work in its busy part at the same time. It is read again each time work ends. */
  limit(): number;
  /** Limit of all work in progress, including work that has released its slot. */
  readonly most: number;
  /** Milliseconds until work may be started. */
  pause(): number;
  readonly clock: Clock;
}

/**
 * Works through items, as many at the same time as its rules allow. The work handles its own
 * failures.
 */
export class WorkQueue<Item> {
  #queue: (Item | undefined)[] = [];
  #next = 0;
  #busy = 0;
  #underWay = 0;
  #isWaiting = false;
  #isClosed = false;
  #error: Error | undefined;
  readonly #waiters: { readonly isDue: () => boolean; readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];

  constructor(
    private readonly rules: QueueRules,
    /** `releaseSlot` is called at most once, when the rest of the work only waits. */
    private readonly work: (item: Item, releaseSlot: () => void) => Promise<void>,
  ) {}

  get queued(): number {
    return this.#queue.length - this.#next;
  }

  get underWay(): number {
    return this.#underWay;
  }

  add(items: readonly Item[]): void {
    if (this.#isClosed) return;
    if (this.#next > 0) this.#queue = this.#queue.slice(this.#next);
    this.#next = 0;
    for (const item of items) this.#queue.push(item);
    this.#pump();
  }

  /** Starts no further work. Work in progress continues. */
  close(): void {
    this.#isClosed = true;
    this.#queue = [];
    this.#next = 0;
    this.#wake();
  }

  /** Resolves as soon as fewer than `queued` items wait for their turn. */
  hasRoom(queued: number): Promise<void> | undefined {
    return this.queued < queued ? undefined : this.#when(() => this.queued < queued);
  }

  /** Resolves when all work is done. */
  async idle(): Promise<void> {
    await this.#when(() => this.queued === 0 && this.#underWay === 0);
  }

  #pump(): void {
    while (!this.#isClosed && this.#next < this.#queue.length && this.#underWay < this.rules.most && this.#busy < this.rules.limit()) {
      const pause = this.rules.pause();
      if (pause > 0) return this.#pumpAfter(pause);
      const item = this.#queue[this.#next];
      // Otherwise thousands of finished items would be kept, and moved by the garbage collector,
      // until more are added.
      this.#queue[this.#next++] = undefined;
      if (item !== undefined) this.#start(item);
    }
    this.#wake();
  }

  #start(item: Item): void {
    this.#busy++;
    this.#underWay++;
    let isReleased = false;
    const releaseSlot = () => {
      if (isReleased) return;
      isReleased = true;
      this.#busy--;
    };
    const end = () => {
      releaseSlot();
      this.#underWay--;
      this.#pump();
    };
    this.work(item, () => {
      releaseSlot();
      this.#pump();
    }).then(end, (error: unknown) => {
      this.#error ??= error as Error;
      end();
    });
  }

  #pumpAfter(milliseconds: number): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    void this.rules.clock.sleep(milliseconds).then(() => {
      this.#isWaiting = false;
      this.#pump();
    });
  }

  #when(isDue: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ isDue, resolve, reject });
      this.#wake();
    });
  }

  #wake(): void {
    if (this.#waiters.length === 0) return;
    for (const waiter of this.#waiters.splice(0)) {
      if (this.#error !== undefined) waiter.reject(this.#error);
      else if (waiter.isDue()) waiter.resolve();
      else this.#waiters.push(waiter);
    }
  }
}
