import { createHash } from "node:crypto";
import { crc64 } from "./crc64";

/** Bytes that need not be in memory. */
interface ByteSource {
  fill(target: Buffer, targetOffset: number, sourceOffset: number, length: number): void;
}

interface Segment {
  readonly source: ByteSource;
  readonly offset: number;
  readonly length: number;
}

const zeros: ByteSource["fill"] = (target, targetOffset, _sourceOffset, length) => void target.fill(0, targetOffset, targetOffset + length);
/** Never written: Get Page Ranges leaves it out. */
const HOLE: ByteSource = { fill: zeros };
const WRITTEN_ZEROS: ByteSource = { fill: zeros };

/** A prime period, so that shifted or swapped blocks differ. */
const PATTERN_PERIOD = 65_521;
const MD5_LIMIT_BYTES = 32 * 1024 * 1024;
const CRC64_LIMIT_BYTES = 1024 * 1024;

const patterns = new Map<number, ByteSource>();

function patternSource(seed: number): ByteSource {
  const known = patterns.get(seed) ?? newPatternSource(seed);
  patterns.set(seed, known);
  return known;
}

function newPatternSource(seed: number): ByteSource {
  const period = Buffer.allocUnsafe(PATTERN_PERIOD);
  let state = seed >>> 0 || 1;
  for (let index = 0; index < PATTERN_PERIOD; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    period[index] = state >>> 24;
  }
  return {
    fill(target, targetOffset, sourceOffset, length) {
      let position = sourceOffset % PATTERN_PERIOD;
      for (let done = 0; done < length;) {
        const count = Math.min(length - done, PATTERN_PERIOD - position);
        period.copy(target, targetOffset + done, position, position + count);
        done += count;
        position = 0;
      }
    },
  };
}

export interface DataRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Cached hashes of generated content: hashing the parts of a large blob in each test would take
 * most of the time.
 */
const generatedMd5s = new WeakMap<ByteSource, Map<string, string>>();

/**
 * Immutable bytes of a blob: references to buffers, holes and generated patterns, so that copying 8
 * GiB takes no time and no memory.
 */
export class Content {
  static readonly EMPTY = new Content([]);

  readonly length: number;
  #md5: string | undefined;
  #crc64: string | undefined;

  private constructor(private readonly segments: readonly Segment[]) {
    let length = 0;
    for (const segment of segments) length += segment.length;
    this.length = length;
  }

  static of(bytes: Buffer | string): Content {
    const buffer = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    if (buffer.length === 0) return Content.EMPTY;
    const source: ByteSource = {
      fill: (target, targetOffset, offset, length) => void buffer.copy(target, targetOffset, offset, offset + length),
    };
    return new Content([{ source, offset: 0, length: buffer.length }]);
  }

  /** Written zero bytes, not holes. */
  static zeros(length: number): Content {
    return length === 0 ? Content.EMPTY : new Content([{ source: WRITTEN_ZEROS, offset: 0, length }]);
  }

  /** Pages that were never written. */
  static hole(length: number): Content {
    return length === 0 ? Content.EMPTY : new Content([{ source: HOLE, offset: 0, length }]);
  }

  /** Reproducible noise of any length. */
  static pattern(length: number, seed = 1): Content {
    return length === 0 ? Content.EMPTY : new Content([{ source: patternSource(seed), offset: 0, length }]);
  }

  /** Holes that contain `parts`. */
  static sparse(length: number, parts: readonly { readonly offset: number; readonly content: Content }[]): Content {
    return parts.reduce((content, part) => content.replace(part.offset, part.content), Content.hole(length));
  }

  static concat(parts: readonly Content[]): Content {
    if (parts.length === 1 && parts[0]) return parts[0];
    const merged: Segment[] = [];
    for (const part of parts) {
      for (const segment of part.segments) {
        const last = merged[merged.length - 1];
        const isConstant = segment.source === HOLE || segment.source === WRITTEN_ZEROS;
        if (last && last.source === segment.source && (isConstant || last.offset + last.length === segment.offset)) {
          merged[merged.length - 1] = { source: last.source, offset: last.offset, length: last.length + segment.length };
        } else {
          merged.push(segment);
        }
      }
    }
    return new Content(merged);
  }

  slice(offset: number, length: number): Content {
    if (offset === 0 && length >= this.length) return this;
    const end = Math.min(offset + length, this.length);
    const kept: Segment[] = [];
    let position = 0;
    for (const segment of this.segments) {
      const from = Math.max(offset, position);
      const to = Math.min(end, position + segment.length);
      if (from < to) kept.push({ source: segment.source, offset: segment.offset + from - position, length: to - from });
      position += segment.length;
      if (position >= end) break;
    }
    return new Content(kept);
  }

  /** The same length, with `part` written over it. */
  replace(offset: number, part: Content): Content {
    return Content.concat([this.slice(0, offset), part, this.slice(offset + part.length, this.length)].filter((piece) => piece.length > 0));
  }

  resize(length: number): Content {
    if (length <= this.length) return length === 0 ? Content.EMPTY : this.slice(0, length);
    return Content.concat([this, Content.hole(length - this.length)]);
  }

  /** Turns holes into written zeros, as a page write does. */
  written(): Content {
    return new Content(this.segments.map((segment) => (segment.source === HOLE ? { ...segment, source: WRITTEN_ZEROS } : segment)));
  }

  /** Ascending ranges that are not holes. */
  dataRanges(): DataRange[] {
    const ranges: DataRange[] = [];
    let position = 0;
    for (const segment of this.segments) {
      if (segment.source !== HOLE) {
        const last = ranges[ranges.length - 1];
        if (last && last.offset + last.length === position) {
          ranges[ranges.length - 1] = { offset: last.offset, length: last.length + segment.length };
        } else {
          ranges.push({ offset: position, length: segment.length });
        }
      }
      position += segment.length;
    }
    return ranges;
  }

  read(offset = 0, length = this.length - offset): Buffer {
    const target = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.length - offset)));
    let position = 0;
    for (const segment of this.segments) {
      const from = Math.max(offset, position);
      const to = Math.min(offset + target.length, position + segment.length);
      if (from < to) segment.source.fill(target, from - offset, segment.offset + from - position, to - from);
      position += segment.length;
      if (position >= offset + target.length) break;
    }
    return target;
  }

  /** Base64; undefined for content that is too long to be hashed quickly. */
  md5(): string | undefined {
    if (this.#md5 === undefined && this.length <= MD5_LIMIT_BYTES) this.#md5 = this.#knownMd5() ?? this.#hashed();
    return this.#md5;
  }

  #knownMd5(): string | undefined {
    const [segment, ...others] = this.segments;
    if (segment === undefined || others.length > 0 || segment.length < PATTERN_PERIOD) return undefined;
    const known = generatedMd5s.get(segment.source) ?? new Map<string, string>();
    generatedMd5s.set(segment.source, known);
    const part = `${String(segment.offset)} ${String(segment.length)}`;
    const md5 = known.get(part) ?? this.#hashed();
    known.set(part, md5);
    return md5;
  }

  #hashed(): string {
    return createHash("md5").update(this.read()).digest("base64");
  }

  /** Base64; undefined for content that is too long for a quick checksum. */
  crc64(): string | undefined {
    if (this.#crc64 === undefined && this.length <= CRC64_LIMIT_BYTES) this.#crc64 = crc64(this.read());
    return this.#crc64;
  }
}
