import type { LocationReference } from "../../src/intent";
import { hclString } from "../framework/hcl";
import { describe } from "../framework/tokens";
import { copiesByKey } from "./copy-manifest";
import type { DeclaredSetCopy } from "./declared-copy";
import { knownUrl, type ReceiptAttribute, valueIn } from "./receipt";

/** Of which copies of a set a result is asked for, and where Terraform has it. */
export class WantedResults {
  readonly #keys = new Set<string>();
  #places: ReadonlyMap<string, LocationReference> | undefined;

  /** @param copies the list of the set as far as it can be read; empty where it has none */
  constructor(private readonly copies: () => readonly DeclaredSetCopy[]) {}

  get keys(): string[] {
    return [...this.#keys].sort();
  }

  /** @returns what is wrong with the key */
  take(key: unknown): string[] {
    if (typeof key !== "string") return [`result() takes the key of a copy, got ${describe(key)}.`];
    this.#keys.add(key);
    return [];
  }

  /** HCL for a value of the copy with that key. Its URL stays known where its destination is: of a prefix, only the run tells whether there is such a blob. */
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
