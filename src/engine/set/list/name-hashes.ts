import { createHash } from "node:crypto";

const FIRST_CAPACITY = 1_024;

/**
 * Names of a set as numbers of eight bytes each, whatever their length. Two names can have the same
 * number, in about one of 10^9 sets of a million names. Callers must err on the safe side then.
 */
export class NameHashes {
  #hashes = new Float64Array(FIRST_CAPACITY);
  #count = 0;
  #isSorted = true;

  add(name: string): void {
    this.#add(hashOf(name));
  }

  #add(hash: number): void {
    if (this.#count === this.#hashes.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[this.#count++] = hash;
    this.#isSorted = false;
  }

  has(name: string): boolean {
    return this.positionOf(name) !== undefined;
  }

  /** Numbers that were added more than once, each of them once. */
  duplicates(): NameHashes {
    const found = new NameHashes();
    const hashes = this.#sorted();
    hashes.forEach((hash, index) => {
      if (hash === hashes[index - 1] && hash !== hashes[index - 2]) found.#add(hash);
    });
    return found;
  }

  /** Numbers that are also in `other`, each of them once. */
  common(other: NameHashes): NameHashes {
    const found = new NameHashes();
    const hashes = this.#sorted();
    hashes.forEach((hash, index) => {
      if (hash !== hashes[index - 1] && other.#positionOf(hash) !== undefined) found.#add(hash);
    });
    return found;
  }

  get size(): number {
    return this.#count;
  }

  /**
   * Position among all names, in the order of their numbers; undefined for a name that was not
   * added.
   */
  positionOf(name: string): number | undefined {
    return this.#positionOf(hashOf(name));
  }

  #positionOf(wanted: number): number | undefined {
    const hashes = this.#sorted();
    let low = 0;
    let high = hashes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((hashes[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return hashes[low] === wanted ? low : undefined;
  }

  #sorted(): Float64Array {
    const used = this.#hashes.subarray(0, this.#count);
    if (!this.#isSorted) used.sort();
    this.#isSorted = true;
    return used;
  }
}

/** 52 bits, which a JavaScript number holds exactly. */
function hashOf(name: string): number {
  const digest = createHash("md5").update(name, "utf8").digest();
  return digest.readUIntBE(0, 6) * 16 + ((digest[6] ?? 0) & 15);
}
