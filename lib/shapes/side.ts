import { isMade, problemsAt } from "./shapes";

/** What a factory was told of one side of a copy or of a set. */
export interface SideOptions<Place, Credential> {
  readonly _place: Place;
  readonly _credential: Credential | undefined;
  /** Environment variable that holds it. */
  readonly _encryptionKey: string | undefined;
  readonly _problems: readonly string[];
}

/**
 * One side of a copy or of a set, of any front end. jsii makes what it has part of the classes that extend it.
 * @internal
 */
export abstract class Side<Place, Credential> {
  /** Tells the compiler the sides apart, which are alike otherwise. */
  protected abstract readonly side: string;

  /** @internal */
  readonly _place: Place;
  /** @internal */
  readonly _credential: Credential | undefined;
  /** @internal */
  readonly _encryptionKey: string | undefined;
  /**
   * What is wrong with the options that it was made with.
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
 * Whether a side was made by its factory. It is told by what it says of itself: of two copies of this package in one app, each has
 * classes of its own.
 */
export function isSide(value: unknown, side: "source" | "destination" | "source prefix" | "destination prefix"): boolean {
  return isMade(value, "_place") && Reflect.get(value, "side") === side && Array.isArray(Reflect.get(value, "_problems"));
}

/** What is wrong with the options that a side was made with. */
export function problemsOfSide(side: Pick<SideOptions<unknown, unknown>, "_problems"> | undefined, at: string): readonly string[] {
  return side === undefined ? [] : problemsAt(at, side._problems);
}
