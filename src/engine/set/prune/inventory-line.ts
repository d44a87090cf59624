/** A blob that this set copied. */
export interface InventoryEntry {
  readonly name: string;
  readonly etag: string;
}

/** A line of an inventory: an entry, or how a run began or ended. */
export type InventoryLine = {
  readonly [Field in keyof InventoryEntry | "open" | "since" | "closed" | "doubtful" | "set"]: string | undefined;
};

/** A name with its ETag, for sets of them. */
export function identityOf(name: string, etag: string): string {
  return `${etag}\n${name}`;
}

/** A line that is no entry of ours protects nothing and condemns nothing. */
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

/** Nothing of it was understood. */
export function isEmptyLine(line: InventoryLine): boolean {
  return Object.values(line).every((value) => value === undefined);
}
