import type { Problems } from "../../framework/problems";
import { checkOrder } from "./clashes";
import { oneName } from "./set-names";
import { checkSharedBySets, haveCommon, SharedNames } from "./shared-names";
import { areInOneStack, isOneText, type SetOfNames, type DestinationRegistry } from "./destination-registry";

/**
 * Compares the names that a set from one prefix to another may read and write with all earlier
 * declarations.
 */
export function checkNamesOfSet(set: SetOfNames, registry: DestinationRegistry, problems: Problems): void {
  const others = registry.addSet(set);
  const shared = new SharedNames();
  const settled = new Set<unknown>();
  for (const [place, writer] of registry.writtenBelow(set.to, set)) shared.add(set, writer, place);
  for (const [place, reader] of registry.readBelow(set.to, set))
    if (!settled.has(reader.construct) && haveCommon(set.writes, [oneName(place)])) {
      settled.add(reader.construct);
      checkOrder(set, reader, "to", problems);
    }
  for (const [place, writer] of registry.writtenBelow(set.from, set))
    if (areInOneStack(set, writer) && !settled.has(writer.construct) && haveCommon(set.reads, [oneName(place)])) {
      settled.add(writer.construct);
      checkOrder(set, writer, "from", problems);
    }
  shared.reportSets(problems);
  for (const other of others) checkAgainstSet(set, other, problems);
}

function checkAgainstSet(set: SetOfNames, other: SetOfNames, problems: Problems): void {
  const all = [...set.writes, ...other.writes];
  if (all.every(({ start }) => isOneText(start, set, other))) checkSharedBySets(set, other, problems);
  if (!areInOneStack(set, other)) return;
  if (haveCommon(set.reads, other.writes)) checkOrder(set, other, "from", problems);
  else if (haveCommon(set.writes, other.reads)) checkOrder(set, other, "to", problems);
}
