import type { LocationReference } from "../../src/intent";
import { hclString } from "../framework/hcl";
import { describe } from "../framework/tokens";
import { copiesByKey } from "./copy-manifest";
import type { DeclaredSetCopy } from "./declared-copy";
import { knownUrl, type ReceiptAttribute, valueIn } from "./receipt";

/** The copies of a set whose results are requested, and the HCL for reading them. */
export class WantedResults {
  readonly #keys = new Set<string>();
  #places: ReadonlyMap<string, LocationReference> | undefined;

  /** @param copies the readable copies in the list of the set; empty if it does not have a list */
  constructor(private readonly copies: () => readonly DeclaredSetCopy[]) {}

  get keys(): string[] {
    return [...this.#keys].sort();
  }

  /** @returns problems with the key */
  take(key: unknown): string[] {
    if (typeof key !== "string") return [`result() takes the key of a copy, got ${describe(key)}.`];
    this.#keys.add(key);
    return [];
  }

  /**
   * Returns HCL for a value of the copy with that key. The URL stays known if its destination is
   * known. For a prefix, only the run knows whether the blob exists.
   */
  value(resultAddress: string, key: unknown, attribute: ReceiptAttribute): string {
    const name = typeof key === "string" ? key : "";
    const place = attribute === "destinationUrl" ? this.#placeOf(name) : undefined;
    const url = place && knownUrl(place, resultAddress);
    return url ?? valueIn(`${resultAddress}.output.results[${hclString(name)}]`, attribute);
  }

  #placeOf(key: string): LocationReference | undefined {
    this.#places ??= new Map([...copiesByKey(this.copies())].map(([name, { destination }]) => [name, destination._place]));
    return this.#places.get(key);
  }
}
