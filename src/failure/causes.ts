/** A reason why blobs failed, reported once for all blobs that failed for it. */
export interface Cause {
  /** Full text of the first failure. */
  readonly text: string;
  readonly count: number;
  /** The first blobs that failed. */
  readonly names: readonly string[];
}

const MAX_NAMES = 20;
/** More causes do not help a user, so further ones are only counted. */
const MAX_CAUSES = 100;

/** Failures grouped by cause, in bounded memory. */
export class Causes {
  readonly #causes = new Map<string, { readonly text: string; count: number; readonly names: string[] }>();
  #others = 0;

  add(text: string, name: string): void {
    const key = withoutWhatDiffers(text);
    const known = this.#causes.get(key);
    if (known === undefined && this.#causes.size >= MAX_CAUSES) {
      this.#others++;
      return;
    }
    const cause = known ?? { text: ownCopyOf(text), count: 0, names: [] };
    if (known === undefined) this.#causes.set(ownCopyOf(key), cause);
    cause.count++;
    if (cause.names.length < MAX_NAMES) cause.names.push(ownCopyOf(name));
  }

  /** The most frequent first. */
  get list(): readonly Cause[] {
    return [...this.#causes.values()].sort((one, other) => other.count - one.count);
  }

  /** Number of failures whose causes are not listed. */
  get others(): number {
    return this.#others;
  }
}

/** `a, b, c and 3 more` */
export function namesOf({ count, names }: Cause): string {
  const others = count - names.length;
  return others > 0 ? `${names.join(", ")} and ${others} more` : names.join(", ");
}

/**
 * Addresses, ids of requests and copies, ETags, checksums, lengths, times: these differ between
 * blobs that failed for the same reason.
 */
const OF_ONE_BLOB: readonly RegExp[] = [
  /https?:\/\/\S*[^\s.,;:)]/gi,
  /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi,
  /"?\b0x[0-9a-f]{6,}\b"?/gi,
  /\b[a-z0-9+/]{21}[agqw]==/gi,
  /\d{4}-\d\d-\d\dT[\d:.]+Z?|[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4} [\d:]+ GMT/g,
  /\b(?:\d[\d,.]* (?:bytes?|[KMGT]?i?B)\b|(?<=bytes, the source )\d+)/g,
];

function withoutWhatDiffers(text: string): string {
  return OF_ONE_BLOB.reduce((rest, pattern) => rest.replace(pattern, "…"), text);
}

/** The text can be a slice of a whole listing page, which it would keep in memory. */
function ownCopyOf(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}
