import type { IConstruct } from "constructs";
import { CredentialKind } from "../../src/intent";
import type { Problems } from "../framework/problems";
import { resolveIn } from "../framework/resolution";
import { copiesByKey } from "../intent/copy-manifest";
import { reference, resultingOptions, writtenOptions } from "../intent/declared-copy";
import { noCredential } from "./custom-resource-limits";
import { ValuesApart } from "./values-apart";
import type { SetCopyProps } from "./vocabulary/blob-copy-set-props";

/**
 * A provider's waiter accepts 256 KiB, and the request of an update also contains the previous
 * declaration.
 */
const MAX_BYTES = 100_000;

export const ANONYMOUS = { credential: { kind: CredentialKind.ANONYMOUS } };

/**
 * Returns the list of a set as its function reads it, and its fingerprint: the values that decide
 * whether the destinations are as declared.
 */
export function listOfCopies(copies: readonly SetCopyProps[]): {
  readonly written: readonly object[];
  readonly fingerprint: readonly object[];
} {
  const keyed = [...copiesByKey(copies)];
  // Sorted, so that the order of the copies does not change the fingerprint.
  const sorted = [...keyed].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    written: keyed.map(([key, copy]) => ({
      key,
      source: { ...ANONYMOUS, ...reference(copy.source, undefined) },
      destination: reference(copy.destination, undefined),
      ...writtenOptions(copy),
    })),
    fingerprint: sorted.map(([, copy]) => ({
      source: copy.source._place,
      destination: copy.destination._place,
      ...resultingOptions(copy, undefined),
    })),
  };
}

/**
 * Adds problems with missing credentials, and with a list that is too long for the template and for
 * each request of CloudFormation.
 */
export function checkListOfCopies(set: IConstruct, copies: readonly SetCopyProps[], problems: Problems): void {
  copies.forEach(({ destination }, index) => {
    if (destination._credential === undefined) problems.add(noCredential(`copies[${index}]: destination`));
  });
  const values = new ValuesApart();
  const resolve = resolveIn(set);
  const json = JSON.stringify(resolve(values.of("Copies", listOfCopies(copies).written)));
  // The request contains the JSON as an escaped string.
  const bytes = Buffer.byteLength(JSON.stringify(json)) + Buffer.byteLength(JSON.stringify(resolve(values.property) ?? ""));
  if (bytes <= MAX_BYTES) return;
  problems.add(
    `copies take ${bytes} bytes in each request of CloudFormation, and a set takes at most ${MAX_BYTES}; make several sets of them, or use from and to.`,
  );
}
