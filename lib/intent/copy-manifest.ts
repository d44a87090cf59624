import { createHash } from "node:crypto";
import type { LocationReference } from "../../src/intent";
import { LocationKind, addressOf } from "../../src/intent";
import { type DeclaredSetCopy, resultingOptions, writtenCopy } from "./declared-copy";
import type { Resolve } from "../framework/resolution";
import { isBlock } from "../framework/resolution";
import type { SecretVariables } from "./secret-variables";
import { TokenAwareText, isValueObject, textOfValue } from "../framework/tokens";
import { ValueTable } from "./value-table";

/** The declared copies of a set as a file, and the values that Terraform adds to it. */
export interface CopyManifestFile {
  /** One JSON object per line. */
  readonly content: string;
  readonly values: readonly string[];
  /**
   * Changes with the values that decide whether the destinations are as declared. The order of the
   * copies does not matter.
   */
  readonly fingerprint: { readonly copies: string; readonly values: readonly string[] };
}

/** @param copies the copies by key */
export function copyManifest(copies: ReadonlyMap<string, DeclaredSetCopy>, secrets: SecretVariables, resolve: Resolve): CopyManifestFile {
  const table = new ValueTable(resolve);
  const lines = [...copies].map(
    ([key, copy]) => `{"key":${JSON.stringify(key)},${JSON.stringify(tabled(writtenCopy(copy, secrets), table)).slice(1)}\n`,
  );
  const compared = new ValueTable(resolve);
  const hash = createHash("sha256");
  for (const [, copy] of [...copies].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const { source, destination } = copy;
    hash.update(
      JSON.stringify(tabled({ source: source._place, destination: destination._place, ...resultingOptions(copy, destination) }, compared)),
    );
  }
  return { content: lines.join(""), values: table.values, fingerprint: { copies: hash.digest("hex"), values: compared.values } };
}

/**
 * Returns the unknown values in URLs. Terraform checks them for a SAS before they get into its
 * state.
 */
export function urlValues(copies: Iterable<DeclaredSetCopy>, resolve: Resolve): readonly string[] {
  const table = new ValueTable(resolve);
  for (const { source, destination } of copies) {
    for (const place of [source._place, destination._place]) if (place.kind === LocationKind.URL) table.text(place.url);
  }
  return table.values;
}

/**
 * Returns the copies of a set by key. Of two copies with the same key, which validation rejects,
 * the later one is kept.
 */
export function copiesByKey<Copy extends DeclaredSetCopy>(copies: readonly Copy[]): ReadonlyMap<string, Copy> {
  return new Map(copies.map((copy, index) => [keyOf(copy, index), copy]));
}

export function keyOf(copy: DeclaredSetCopy, index: number): string {
  const name = copy.key ?? nameIn(copy.destination._place);
  return new TokenAwareText(name).isKnown ? name : String(index);
}

function nameIn(place: LocationReference): string {
  return place.kind === LocationKind.BLOB ? place.blobName : addressOf(place);
}

/**
 * Names of a map stay as they are, because JSON allows only text there. They are sorted because
 * maps of some languages have another order in each process, which must not make a set run again.
 */
function tabled(value: unknown, table: ValueTable): unknown {
  if (typeof value === "string") return table.text(value);
  if (isValueObject(value)) return table.text(textOfValue(value));
  if (!isBlock(value)) return value;
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort()) if (value[name] !== undefined) result[name] = tabled(value[name], table);
  return result;
}
