/** A blob that this set copied. */
export interface InventoryEntry {
  readonly name: string;
  readonly etag: string;
}

/** A line of an inventory: an entry, or a note of how a run began or ended. */
export type InventoryLine = {
  readonly [Field in keyof InventoryEntry | "open" | "since" | "closed" | "doubtful" | "set"]: string | undefined;
};

/** A name with its ETag as one text, for sets of such pairs. */
export function identityOf(name: string, etag: string): string {
  return `${etag}\n${name}`;
}

/** A line that is not an entry of ours neither protects a blob nor lets it be deleted. */
export function parseLine(line: string): InventoryLine {
  let fields: Partial<Record<keyof InventoryLine, unknown>>;
  try {
    fields = (JSON.parse(line) ?? {}) as typeof fields;
  } catch {
    fields = {};
  }
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const { set, name, etag, open, since, closed, doubtful } = fields;
  return {
    set: text(set),
    name: text(name),
    etag: text(etag),
    open: text(open),
    since: text(since),
    closed: text(closed),
    doubtful: text(doubtful),
  };
}

/** The line has no known field. */
export function isEmptyLine(line: InventoryLine): boolean {
  return Object.values(line).every((value) => value === undefined);
}
