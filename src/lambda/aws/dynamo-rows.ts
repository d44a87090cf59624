import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { ResourceKey } from "../ports/event";
import type { ResourceRecord } from "../ports/record";

/** A row of the table, in DynamoDB's form. */
export type Item = Record<string, AttributeValue>;

/** Attributes that hold JSON. */
export const JSON_ATTRIBUTES = [
  "operation",
  "seen",
  "outcome",
  "undoable",
  "current",
  "previous",
  "summary",
  "previousSummary",
  "open",
  "name",
  "declaration",
  "condemned",
  "expires",
] as const;
/**
 * Lifetime of the tombstone of a resource that is gone. For this long, late deliveries of its
 * requests are still recognised.
 */
const TOMBSTONE_SECONDS = 30 * 24 * 3_600;

/**
 * Returns an expression that sets the attributes with a value and removes those without one. The
 * row of a resource that is gone stays for a while as a tombstone.
 */
export function changeOf(change: object, now: number): { readonly expression: string; readonly values: Item } {
  const isTombstone = isGone(change);
  const entries: readonly (readonly [string, unknown])[] = Object.entries(change);
  const set = entries.filter(([, value]) => value !== undefined);
  const removes = entries.filter(([, value]) => value === undefined).map(([name]) => `#${name}`);
  const sets = [...set.map(([name]) => `#${name} = :${name}`), ...(isTombstone ? ["#expires = :expires"] : [])];
  const expires = Math.ceil(now / 1_000) + TOMBSTONE_SECONDS;
  return {
    expression: [
      ...(sets.length === 0 ? [] : [`SET ${sets.join(", ")}`]),
      ...(removes.length === 0 ? [] : [`REMOVE ${removes.join(", ")}`]),
    ].join(" "),
    values: {
      ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, { S: JSON.stringify(value) }])),
      ...(isTombstone ? { ":expires": { N: String(expires) } } : {}),
    },
  };
}

export function keyOf({ place, resource }: ResourceKey): Item {
  return { place: { S: place }, resource: { S: resource } };
}

export function revisionOf(item: Item | undefined): number {
  return Number(item?.["revision"]?.N ?? 0);
}

/** undefined where no request was accepted. */
export function recordIn(item: Item | undefined): ResourceRecord | undefined {
  const place = item?.["place"]?.S;
  const resource = item?.["resource"]?.S;
  if (item === undefined || place === undefined || resource === undefined || item["operation"] === undefined) return undefined;
  // The cast is safe: the table's rows were written from records.
  return {
    key: { place, resource },
    stackId: item["stackId"]?.S ?? "",
    seen: [],
    ...partsOf(item),
  } as unknown as ResourceRecord;
}

export function partsOf(item: Item): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    JSON_ATTRIBUTES.flatMap((name) => {
      const json = item[name]?.S;
      return json === undefined ? [] : [[name, JSON.parse(json) as unknown] as const];
    }),
  );
}

/** Whether a change leaves neither a copy nor anything to undo. */
export function isGone(change: object): boolean {
  return ["current", "undoable"].every((name) => name in change && Reflect.get(change, name) === undefined);
}

/** The blobs of a set have a partition of their own. */
export function partitionOf({ place, resource }: ResourceKey): string {
  return `${place}.${resource}`;
}
