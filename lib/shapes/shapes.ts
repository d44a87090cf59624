import { Construct } from "constructs";
import type { OptionShape } from "../../src/intent";
import { isOneName, nearest } from "../../src/intent";
import { words } from "../framework/language";
import {
  describe,
  foreignLetter,
  isUnknownMap,
  isUnknownNumber,
  isValueObject,
  isWholeNumber,
  listOfValue,
  mapOfValue,
  nameShown,
  numberOfValue,
} from "../framework/tokens";
import { isOfAbsentValues, membersOf } from "./members";
import { isOneValue, textFrom, textsFrom } from "./texts";

/**
 * Form of an option's value. `any` is checked where its meaning is known. `made` is an object of
 * one of the library's own classes, which is recognised by its properties.
 */
export type Shape =
  | OptionShape
  | { readonly shape: "number" | "texts" | "list" | "dependencies" | "iterator" | "any" }
  | ({ readonly shape: "made"; readonly by: string; readonly isSecret?: boolean } & Kind)
  | { readonly shape: "side"; readonly credential: Kind };

/**
 * Properties that distinguish an object of one of the library's own classes from other objects, and
 * from an object of another front end.
 */
export interface Kind {
  readonly has: readonly string[];
  readonly lacks?: string;
}

/** The options of one kind of declaration, by name. */
export interface Shapes<Options> {
  /** Name of the declaration with these options, for messages. */
  readonly of: string;
  readonly options: Readonly<Record<keyof Options & string, Shape>>;
  /** Names of options that belong elsewhere, with advice. */
  readonly elsewhere?: Readonly<Record<string, string>>;
}

/**
 * A declaration in the shapes that the rest of the code relies on. A value of another shape is left
 * out and reported.
 */
export interface WellFormed<Options> {
  readonly options: Partial<Options>;
  readonly problems: readonly string[];
}

/**
 * Reads a declaration that may not have been type-checked. Values that only Terraform will know,
 * which the framework types as anything, become texts, numbers and maps that stand for them.
 */
export function wellFormed<Options extends object>(given: unknown, shapes: Shapes<Options>): WellFormed<Options> {
  if (typeof given !== "object" || given === null || Array.isArray(given) || isValueObject(given) || Construct.isConstruct(given)) {
    return { options: {}, problems: [`${shapes.of} takes an object with its options, got ${describe(given)}.`] };
  }
  const problems: string[] = [];
  const known = new Map<string, Shape>(Object.entries<Shape>(shapes.options));
  const result: Record<string, unknown> = {};
  for (const [name, value] of membersOf(given)) {
    if (value === undefined) continue;
    const shape = known.get(name);
    if (shape === undefined) problems.push(unknownOption(name, shapes));
    else result[name] = shaped(value, shape, name, problems);
  }
  return { options: result as Partial<Options>, problems };
}

function unknownOption<Options>(name: string, { of, options, elsewhere = {} }: Shapes<Options>): string {
  const foreign = foreignLetter(name);
  const what = `${nameShown(name)} is not an option of ${of}${foreign === undefined ? "" : `, and has the letter ${foreign}`}`;
  const place = Object.entries(elsewhere).find(([other]) => isOneName(other, name))?.[1];
  if (place !== undefined) return `${what}: ${place}.`;
  const names = Object.keys(options);
  const [nested] = Object.entries<Shape>(options).flatMap(([map, shape]) =>
    namesIn(shape).flatMap((known) => (isOneName(known, name) ? [`${map}: { ${known}: … }`] : [])),
  );
  if (nested !== undefined) return `${what}; did you mean ${nested}?`;
  const near = nearest(name, names);
  return near === undefined ? `${what}; remove it. The options are ${names.join(", ")}.` : `${what}; did you mean ${near}?`;
}

function namesIn(shape: Shape): readonly string[] {
  return shape.shape === "map" ? (shape.names ?? []) : [];
}

/** Returns the value in its shape; undefined, with a problem, if it has another shape. */
function shaped(value: unknown, shape: Shape, at: string, problems: string[]): unknown {
  const refuse = (wanted: string): undefined => {
    problems.push(`${at} must be ${wanted}, got ${describe(value)}.`);
    return undefined;
  };
  switch (shape.shape) {
    case "any":
      return value === null ? refuse("given, or left out") : value;
    case "side":
      return value === null ? refuse("given, or left out") : ownSide(value, shape.credential);
    case "text":
      return textAt(value, at, problems);
    case "enum":
      return typeof value === "string" ? value : refuse(`one of ${Object.values(shape.values).join(", ")}, known at synth`);
    case "boolean":
      return typeof value === "boolean" ? value : refuse("true or false, known at synth");
    case "number":
      if (isOneValue(value)) return numberOfValue(value);
      if (typeof value !== "number") return refuse("a number");
      if (!isUnknownNumber(value) || isWholeNumber(value)) return value;
      problems.push(`${at} is ${words().value} that JavaScript has calculated with; ${words().calculate}.`);
      return undefined;
    case "map": {
      if (isOfAbsentValues(value)) return undefined;
      const { length: before } = problems;
      const map = mapFrom(value, shape, at, problems);
      // Problems of the remaining names would only be consequences of this one.
      if (problems.length > before) return undefined;
      return map ?? refuse("an object of names and strings");
    }
    case "texts":
      if (isOneValue(value)) return listOfValue(value);
      return Array.isArray(value) ? textsFrom(value, at, problems) : refuse("a list of strings");
    case "list":
      return Array.isArray(value) ? value : refuse("a list");
    case "dependencies":
      if (!Array.isArray(value)) return refuse("a list of constructs, such as [container]");
      return dependenciesFrom(value, at, problems);
    case "iterator":
      return isMade(value, "_getForEachExpression") ? value : refuse("a TerraformIterator");
    case "made":
      // Without a type checker, `new` may have made an object from nothing.
      if (isOfKind(value, shape)) return value;
      // A wrong value in place of a credential may be the secret itself.
      problems.push(`${at} must be made with ${shape.by}${shape.isSecret === true ? "" : `, got ${describe(value)}`}.`);
      return undefined;
  }
}

function isOfKind(value: unknown, { has, lacks }: Kind): boolean {
  if (lacks !== undefined && isMade(value, lacks)) return false;
  return has.every((property) => isMade(value, property) && Reflect.get(value, property) !== undefined);
}

/**
 * A side of another front end describes the same place, but its credential cannot be used in this
 * front end.
 */
function ownSide(side: unknown, credential: Kind): unknown {
  if (!isMade(side, "_credential")) return side;
  const given: unknown = Reflect.get(side, "_credential");
  if (given === undefined || isOfKind(given, credential)) return side;
  const _problems = [
    "credential was made by another entry point of this package; import Credential from the entry point of the construct.",
  ];
  return Object.assign(Object.create(Object.getPrototypeOf(side) as object) as object, side, { _problems });
}

function dependenciesFrom(values: readonly unknown[], at: string, problems: string[]): readonly unknown[] | undefined {
  const wrong = values.findIndex((value) => !isDependable(value));
  if (wrong === -1) return values;
  const value = values[wrong];
  const got = Construct.isConstruct(value) ? "a construct that is not a resource; give the resource that is meant" : describe(value);
  problems.push(`${at}[${wrong}] must be a construct, such as the container, got ${got}.`);
  return undefined;
}

function mapFrom(
  value: unknown,
  { names, booleans }: Pick<Extract<Shape, { readonly shape: "map" }>, "names" | "booleans">,
  at: string,
  problems: string[],
): Readonly<Record<string, string>> | undefined {
  if (isOneValue(value)) return mapOfValue(value);
  // The entries of a Map are not properties.
  if (Object.prototype.toString.call(value) !== "[object Object]") return undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (isUnknownMap(value)) return unknownMapFrom(value, at, problems);
  const result: Record<string, string> = {};
  for (const [name, item] of membersOf(value)) {
    if (item === undefined) continue;
    if (name === "__proto__") {
      problems.push(`${at}.__proto__ has a name that JavaScript keeps for itself; give it another one.`);
      continue;
    }
    if (names?.includes(name) === false) {
      const near = nearest(name, names);
      problems.push(
        `${at} has no ${name}; ${near === undefined ? `it has ${names.join(", ")}` : `did you mean ${near}?`}`.replace(/[^?.]$/, "$&."),
      );
      continue;
    }
    const text = booleans?.includes(name) === true && typeof item === "boolean" ? String(item) : textAt(item, `${at}.${name}`, problems);
    if (text !== undefined) result[name] = text;
  }
  return result;
}

function unknownMapFrom(map: object, at: string, problems: string[]): Readonly<Record<string, string>> | undefined {
  if (Object.keys(map).length <= 1) return map as Readonly<Record<string, string>>;
  problems.push(`${at} holds a map that only ${words().tool} knows beside other names; ${words().joinMaps}.`);
  return undefined;
}

function textAt(value: unknown, at: string, problems: string[]): string | undefined {
  const read = textFrom(value);
  if ("text" in read) return read.text;
  problems.push(`${at} ${read.fault}.`);
  return undefined;
}

/**
 * Returns the problems inside one option as problems of the declaration that contains the option.
 */
export function problemsAt(at: string, problems: readonly string[]): readonly string[] {
  return problems.map((problem) => (/ takes (?:an object|\w+ arguments?)\b/.test(problem) ? `${at}: ${problem}` : `${at}.${problem}`));
}

/**
 * Recognises the class of an object by a property, because two copies of a package have two classes
 * of the same name.
 */
export function isMade(value: unknown, property: string): value is object {
  return typeof value === "object" && value !== null && property in value;
}

/** An output has an address like all elements, but other resources cannot wait for it. */
function isDependable(value: unknown): boolean {
  if (!isMade(value, "fqn")) return false;
  try {
    return Reflect.get(value, "fqn") !== undefined;
  } catch {
    return false;
  }
}
