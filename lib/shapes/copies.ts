import { Construct } from "constructs";
import type { Shapes, WellFormed } from "./shapes";
import { wellFormed } from "./shapes";

/** A set whose copies have all been read. */
export interface WellFormedSet<Options> extends WellFormed<Options> {
  /** True if every copy in the list can be read. */
  readonly isWhole: boolean;
}

/** Reads the list of copies, if the set has one; for every front end. */
export function wellFormedCopies<Copy extends object, Options extends { readonly copies?: Copy[] }>(
  { options, problems }: WellFormed<Options>,
  shapes: Shapes<Copy>,
): WellFormedSet<Options> {
  const copies: unknown = options.copies;
  if (!Array.isArray(copies)) return { options, problems, isWhole: true };
  // Array.from fills the holes of a list with undefined, which can be reported.
  const given: unknown[] = Array.from(copies);
  const read = given.map((copy) => wellFormed(copy, shapes));
  const ofCopies = read.flatMap((copy, index) => copy.problems.map((problem) => `copies[${index}]: ${problem}`));
  return {
    options: { ...options, copies: read.map((copy) => copy.options as Copy) },
    problems: [...problems, ...ofCopies],
    isWhole: given.every((copy) => typeof copy === "object" && copy !== null && !Construct.isConstruct(copy)),
  };
}
