import { type LocationReference, placeKey, prefixKey } from "../../intent";
import { declaredIn } from "../ports/declared";
import type { ResourceRecord } from "../ports/record";
import type { ResourceInvocation } from "./invocation";

/** Whether another resource of the stack declares a place. */
export type IsElsewhere = (destination: LocationReference) => boolean;

/**
 * Destinations that other resources of the stack declare. Those resources found the blob that this
 * one had copied, as they declare it, so deleting it would take it from them. This happens after a
 * construct gets another id, and when a copy moves from one resource to another.
 */
export async function declaredElsewhere({
  key,
  record,
  surroundings,
}: Pick<ResourceInvocation, "key" | "record" | "surroundings">): Promise<IsElsewhere> {
  const { records, stackStatus } = surroundings;
  const { stackId } = record();
  // When the whole stack is deleted, the other resources follow later, and each of them would read
  // the whole table.
  if ((await stackStatus(stackId)).startsWith("DELETE_")) return () => false;
  const others = (await records.all()).filter(
    ({ key: { place, resource }, stackId: other, current, summary, operation: { kind } }) =>
      (resource !== key.resource || place !== key.place) &&
      other === stackId &&
      (current ?? summary) !== undefined &&
      kind !== "remove" &&
      kind !== "undo",
  );
  const exact = new Set<string>();
  const prefixes: string[] = [];
  for (const other of others) addPlaces(other, exact, prefixes);
  return (destination) => {
    const place = placeKey(destination);
    return exact.has(place) || prefixes.some((prefix) => place.startsWith(prefix));
  };
}

function addPlaces({ operation }: ResourceRecord, exact: Set<string>, prefixes: string[]): void {
  const { intent, list = [] } = declaredIn(operation.properties, "");
  const prefix = intent.set?.prefixes?.destination;
  if (prefix !== undefined) prefixes.push(prefixKey(prefix));
  for (const { destination } of [...intent.copies, ...list]) exact.add(placeKey(destination));
}
