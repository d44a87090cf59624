import type { Clock } from "../../../src/engine/ports/clock";
import { systemClock } from "../../../src/engine/ports/clock";

/** Lifetime of a process on a machine that is lost: it lasts until `end`. */
export class Life {
  readonly #death = new AbortController();
  /** One handle for each object, so that the same object always has the same handle. */
  readonly handles = new WeakMap<object, object>();

  get isOver(): boolean {
    return this.#death.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#death.signal;
  }

  end(): void {
    this.#death.abort();
  }
}

const never = new Promise<never>(() => undefined);

/** A clock whose timers never fire after the process's death. */
export function clockOf(life: Life): Clock {
  return {
    ...systemClock,
    now: () => systemClock.now(),
    sleep: async (milliseconds, signal) => {
      const either = signal === undefined ? life.signal : AbortSignal.any([signal, life.signal]);
      try {
        await systemClock.sleep(milliseconds, either);
      } catch (error) {
        if (life.isOver) return never;
        throw error;
      }
    },
  };
}

/**
 * The same object for a process that can die: after its death, calls have no effect and answers
 * never arrive. Objects that it returns (handles, iterators) die with it.
 */
export function mortal<Target extends object>(target: Target, life: Life): Target {
  const known = life.handles.get(target);
  if (known !== undefined) return known as Target;
  const handle = new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        if (life.isOver) return never;
        return dying(Reflect.apply(value as (...all: unknown[]) => unknown, target, args), life);
      };
    },
  });
  life.handles.set(target, handle);
  return handle;
}

function dying(value: unknown, life: Life): unknown {
  if (value instanceof Promise) {
    return value.then(
      (result: unknown) => (life.isOver ? never : dying(result, life)),
      (error: unknown) => (life.isOver ? never : Promise.reject(error as Error)),
    );
  }
  const isHandle = typeof value === "object" && value !== null && hasMethods(value);
  return isHandle ? mortal(value, life) : value;
}

function hasMethods(value: object): boolean {
  if (Symbol.asyncIterator in value || "next" in value) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    prototype !== Object.prototype && prototype !== null && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof Map)
  );
}
