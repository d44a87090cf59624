/** Number of characters. A part of a secret is found if it has this length. */
export const FRAGMENT = 8;

const [BASE, OTHER_BASE] = [0x01000193, 0x2c1b3c6d];
/** Factor of the character that leaves a fragment when the next character is added. */
const LEAVING = power(BASE, FRAGMENT - 1);
const FIRST_SIZE = 4_096;

/** All fragments of many secrets, as hashes, so that the table does not reveal them. */
export class Fragments {
  /** Two hashes for each fragment. The second one is never 0. */
  #slots = new Int32Array(2 * FIRST_SIZE);
  #count = 0;

  add(codes: Uint16Array, length: number): void {
    for (let at = 0; at + FRAGMENT <= length; at++) this.#put(hashOf(codes, at, BASE), hashOf(codes, at, OTHER_BASE) | 1);
  }

  /** Calls `found` with the position of each known fragment. */
  find(codes: Uint16Array, length: number, found: (at: number) => void): void {
    if (length < FRAGMENT) return;
    let hash = hashOf(codes, 0, BASE);
    for (let at = 0; ; at++) {
      if (this.#slots[this.#slotOf(hash) + 1] !== 0 && this.#has(hash, codes, at)) found(at);
      if (at + FRAGMENT >= length) return;
      hash = (Math.imul(hash - Math.imul(codes[at] ?? 0, LEAVING), BASE) + (codes[at + FRAGMENT] ?? 0)) | 0;
    }
  }

  #has(hash: number, codes: Uint16Array, at: number): boolean {
    const other = hashOf(codes, at, OTHER_BASE) | 1;
    return this.#slots[this.#seek(hash, other) + 1] === other;
  }

  #put(hash: number, other: number): void {
    const slot = this.#seek(hash, other);
    if (this.#slots[slot + 1] === other) return;
    this.#slots[slot] = hash;
    this.#slots[slot + 1] = other;
    if (++this.#count * 4 > this.#slots.length) this.#grow();
  }

  /** The slot that contains these hashes, or the free slot for them. */
  #seek(hash: number, other: number): number {
    let slot = this.#slotOf(hash);
    while (this.#slots[slot + 1] !== 0 && (this.#slots[slot] !== hash || this.#slots[slot + 1] !== other))
      slot = (slot + 2) % this.#slots.length;
    return slot;
  }

  #slotOf(hash: number): number {
    return ((hash ^ (hash >>> 15)) * 2) & (this.#slots.length - 1);
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    this.#count = 0;
    for (let slot = 0; slot < old.length; slot += 2) if (old[slot + 1] !== 0) this.#put(old[slot] ?? 0, old[slot + 1] ?? 0);
  }
}

function hashOf(codes: Uint16Array, at: number, base: number): number {
  let hash = 0;
  for (let index = at; index < at + FRAGMENT; index++) hash = (Math.imul(hash, base) + (codes[index] ?? 0)) | 0;
  return hash;
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let count = 0; count < exponent; count++) result = Math.imul(result, base);
  return result;
}
