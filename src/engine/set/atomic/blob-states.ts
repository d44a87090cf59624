/** State of a blob in a run of an atomic set: one byte each. */
export const BlobState = {
  WAITING: 0,
  /** Blocks may be at the destination. */
  BEGUN: 1,
  /** Blocks cannot be staged: one request will write the blob. */
  WHOLE: 2,
  COMMITTING: 3,
  COMMITTED: 4,
} as const;

const FIRST_CAPACITY = 4_096;

/** The states of all blobs of a set, by their position in its log. */
export class BlobStates {
  #states = new Uint8Array(FIRST_CAPACITY);

  get(index: number): number {
    return this.#states[index] ?? BlobState.WAITING;
  }

  set(index: number, state: (typeof BlobState)[keyof typeof BlobState]): void {
    if (index >= this.#states.length) {
      const larger = new Uint8Array(Math.max(this.#states.length * 2, index + 1));
      larger.set(this.#states);
      this.#states = larger;
    }
    this.#states[index] = state;
  }
}
