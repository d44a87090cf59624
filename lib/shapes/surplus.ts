import { describe } from "../framework/tokens";

/** An object that a factory of the library makes. */
interface Made {
  readonly _problems: readonly string[];
}

type FactoryOf<Type> = { [Name in keyof Type]: Type[Name] extends (...given: never[]) => unknown ? Name : never }[keyof Type];

const ARGUMENTS = ["no argument", "one argument", "two arguments"] as const;

/**
 * Makes factories report surplus arguments. Without a type checker, JavaScript ignores them,
 * although one may be the intended credential.
 *
 * @param type the class of the factories
 * @param takes number of arguments that each factory takes
 */
export function reportSurplus<Type extends object>(type: Type, takes: Readonly<Record<FactoryOf<Type>, 0 | 1 | 2>>): void {
  for (const [name, count] of Object.entries<0 | 1 | 2>(takes)) {
    const factory = Reflect.get(type, name) as (...given: unknown[]) => Made;
    const value = (...given: unknown[]): Made => {
      const made = factory.apply(type, given);
      const surplus = given.slice(count).find(isMeant);
      if (surplus === undefined) return made;
      // A text may be a secret that was given in the wrong place.
      const what = typeof surplus === "string" ? "text" : describe(surplus);
      const rest = count === 0 ? `${what}; remove it` : `${what} after that; give it among the options, if it is one of them`;
      const problem = `${name} takes ${ARGUMENTS[count]}, and is given ${rest}.`;
      return Object.assign(Object.create(Object.getPrototypeOf(made) as object) as Made, made, { _problems: [...made._problems, problem] });
    };
    Object.defineProperty(type, name, { value, writable: true, configurable: true });
  }
}

/**
 * `names.map(Credential.sasFromEnvironment)` passes an index and a list, which the user does not
 * intend.
 */
function isMeant(argument: unknown): boolean {
  return argument !== undefined && typeof argument !== "number" && !Array.isArray(argument);
}
