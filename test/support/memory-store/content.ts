import { createHash } from "node:crypto";

interface Piece {
  /** Name of the bytes; undefined: zeros. */
  readonly of: string | undefined;
  readonly from: number;
  readonly count: number;
}

/**
 * Bytes by name instead of by value: a blob of gigabytes needs no memory, and still shows which
 * bytes were copied where.
 */
export class Content {
  static readonly EMPTY = new Content([]);
  readonly #pieces: readonly Piece[];

  private constructor(pieces: readonly Piece[]) {
    const merged: Piece[] = [];
    for (const piece of pieces) {
      const last = merged.at(-1);
      if (piece.count === 0) continue;
      const continues = last !== undefined && last.of === piece.of && (piece.of === undefined || last.from + last.count === piece.from);
      if (continues) merged[merged.length - 1] = { ...last, count: last.count + piece.count };
      else merged.push(piece);
    }
    this.#pieces = merged;
  }

  static of(name: string, length: number): Content {
    return new Content([{ of: name, from: 0, count: length }]);
  }

  static zeros(length: number): Content {
    return new Content([{ of: undefined, from: 0, count: length }]);
  }

  static concat(parts: readonly Content[]): Content {
    return new Content(parts.flatMap((part) => part.#pieces));
  }

  get length(): number {
    return this.#pieces.reduce((sum, { count }) => sum + count, 0);
  }

  slice(offset: number, count: number): Content {
    const result: Piece[] = [];
    let at = 0;
    for (const piece of this.#pieces) {
      const start = Math.max(offset, at);
      const end = Math.min(offset + count, at + piece.count);
      if (end > start) result.push({ of: piece.of, from: piece.of === undefined ? 0 : piece.from + start - at, count: end - start });
      at += piece.count;
    }
    return new Content(result);
  }

  /** The content with `part` written at `offset`. */
  overwritten(offset: number, part: Content): Content {
    const after = offset + part.length;
    return Content.concat([this.slice(0, offset), part, this.slice(after, Math.max(0, this.length - after))]);
  }

  /** Ranges that hold data, ascending. */
  get ranges(): { readonly offset: number; readonly count: number }[] {
    const result: { offset: number; count: number }[] = [];
    let at = 0;
    for (const { of, count } of this.#pieces) {
      const last = result.at(-1);
      if (of !== undefined && last !== undefined && last.offset + last.count === at) last.count += count;
      else if (of !== undefined) result.push({ offset: at, count });
      at += count;
    }
    return result;
  }

  /** Base64. */
  get md5(): string {
    return createHash("md5").update(this.toString()).digest("base64");
  }

  /** Equal for equal bytes. */
  toString(): string {
    return this.#pieces.map(({ of, from, count }) => (of === undefined ? `${count} zeros` : `${of}[${from}+${count}]`)).join(" ");
  }
}
