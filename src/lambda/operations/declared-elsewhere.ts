import { type LocationReference, placeKey, prefixKey } from "../../intent";
import { declaredIn } from "../ports/declared";
import type { ResourceRecord } from "../ports/record";
import type { ResourceInvocation } from "./invocation";

/** Whether another resource of the stack declares a place. */
export type IsElsewhere = (destination: LocationReference) => boolean;

/**
 * What other resources of the stack declare: they found, as they were to be, what this one had copied, so that to delete it would take it
 * from them. It is so after a construct has got another id, and where a copy has moved from one resource into another.
 */
export async function declaredElsewhere({
  key,
  record,
  surroundings,
}: Pick<ResourceInvocation, "key" | "record" | "surroundings">): Promise<IsElsewhere> {
  const { records, stackStatus } = surroundings;
  const { stackId } = record();
  // Of a stack that is deleted, the others only come later; and each of them would read all of the table.
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
