import { isMade, problemsAt } from "./shapes";

/** Values that a factory was given for one side of a copy or of a set. */
export interface SideOptions<Place, Credential> {
  readonly _place: Place;
  readonly _credential: Credential | undefined;
  /** Environment variable that holds the encryption key. */
  readonly _encryptionKey: string | undefined;
  readonly _problems: readonly string[];
}

/**
 * One side of a copy or of a set, of any front end. jsii makes its members part of the classes that
 * extend it.
 * @internal
 */
export abstract class Side<Place, Credential> {
  /** Makes the sides, which are otherwise alike, different types for the compiler. */
  protected abstract readonly side: string;

  /** @internal */
  readonly _place: Place;
  /** @internal */
  readonly _credential: Credential | undefined;
  /** @internal */
  readonly _encryptionKey: string | undefined;
  /**
   * Problems of the options that it was made with.
   * @internal
   */
  readonly _problems: readonly string[];

  protected constructor({ _place, _credential, _encryptionKey, _problems }: SideOptions<Place, Credential>) {
    this._place = _place;
    this._credential = _credential;
    this._encryptionKey = _encryptionKey;
    this._problems = _problems;
  }
}

/**
 * Returns whether a side was made by its factory. A side is recognised by its own field, because
 * two copies of this package in one app have different classes.
 */
export function isSide(value: unknown, side: "source" | "destination" | "source prefix" | "destination prefix"): boolean {
  return isMade(value, "_place") && Reflect.get(value, "side") === side && Array.isArray(Reflect.get(value, "_problems"));
}

/** Returns the problems of the options that a side was made with. */
export function problemsOfSide(side: Pick<SideOptions<unknown, unknown>, "_problems"> | undefined, at: string): readonly string[] {
  return side === undefined ? [] : problemsAt(at, side._problems);
}
