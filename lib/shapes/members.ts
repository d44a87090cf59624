import { isUnknownMap } from "../framework/tokens";
import { isOneValue } from "./texts";

/**
 * Returns properties as an access to the object would find them: getters of its class and
 * properties of its prototypes count like its own.
 */
export function membersOf(object: object): readonly [name: string, value: unknown][] {
  const names = new Set(Object.keys(object));
  for (let level = parentOf(object); level !== null && parentOf(level) !== null; level = parentOf(level))
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(level)))
      if (property.enumerable === true || "get" in property) names.add(name);
  return [...names].map((name) => [name, Reflect.get(object, name)]);
}

function parentOf(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null;
}

/**
 * For example `{ team: process.env.TEAM }` if the variable is not set. This means that the option
 * is absent, whereas an empty object means that it is empty.
 */
export function isOfAbsentValues(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value) || isOneValue(value) || isUnknownMap(value)) return false;
  const members = membersOf(value);
  return members.length > 0 && members.every(([, item]) => item === undefined);
}
