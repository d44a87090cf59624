import { LocationKind, meantAddress } from "../../src/intent";
import type { LocationReference, PrefixReference } from "../../src/intent";
import type { Shape, Shapes } from "../shapes/shapes";
import { isMade, problemsAt, wellFormed } from "../shapes/shapes";
import type { Credential } from "./credential";

/** One side of a copy or of a set, as its factory was told. */
export interface Side<Place> {
  readonly _place: Place;
  readonly _credential: Credential | undefined;
  /** Environment variable that holds it. */
  readonly _encryptionKey: string | undefined;
  readonly _problems: readonly string[];
}

/**
 * Whether a side was made by its factory. It is told by what it says of itself: of two copies of this package in one app, each has
 * classes of its own.
 */
export function isSide(value: unknown, side: "source" | "destination" | "source prefix" | "destination prefix"): boolean {
  return isMade(value, "_place") && Reflect.get(value, "side") === side && Array.isArray(Reflect.get(value, "_problems"));
}

/** What is wrong with the options that a side was made with. */
export function problemsOfSide(side: Pick<Side<unknown>, "_problems"> | undefined, at: string): readonly string[] {
  return side === undefined ? [] : problemsAt(at, side._problems);
}

const MAY_BE_MISSING: ReadonlySet<string> = new Set(["credential", "encryptionKeyEnvironment", "snapshot", "versionId", "prefix"]);

/** An object of `Credential`, whose value is never shown. */
const CREDENTIAL: Shape = {
  shape: "made",
  has: "_kind",
  by: 'Credential, such as Credential.sasFromEnvironment("NAME")',
  isSecret: true,
};

const TEXT: Shape = { shape: "text" };

type Parts = Readonly<Record<string, unknown>> & { readonly credential?: Credential; readonly encryptionKeyEnvironment?: string };

const KEY = "encryptionKeyEnvironment";

function shapesOf(of: string, ...parts: readonly string[]): Shapes<Parts> {
  return { of, options: { ...Object.fromEntries(parts.map((name) => [name, TEXT])), credential: CREDENTIAL } };
}

const WHOLE_CONTAINER = { prefix: "" };

const OF_A_URL = shapesOf("fromUrl", "url");
const ACCESS: Shapes<Parts> = shapesOf("fromUrl", KEY);
const OF_A_BLOB = shapesOf("fromContainer", "blobEndpoint", "containerName", "blobName", KEY);
const OF_A_SOURCE = shapesOf("fromContainer", "blobEndpoint", "containerName", "blobName", "snapshot", "versionId", KEY);
const OF_A_FILE = shapesOf("fromFileShare", "fileEndpoint", "shareName", "filePath");
const OF_A_PREFIX = shapesOf("fromPrefix", "blobEndpoint", "containerName", "prefix", KEY);

export function atUrl(url: unknown, options: unknown): Side<LocationReference> {
  const { _place, _problems } = side<LocationReference>({ url }, OF_A_URL, LocationKind.URL);
  const access = side(options, ACCESS);
  const { _credential, _encryptionKey } = access;
  return { _place, _credential, _encryptionKey, _problems: [..._problems, ...access._problems] };
}

export function inContainer(options: unknown): Side<LocationReference> {
  return side(options, OF_A_BLOB, LocationKind.BLOB);
}

export function sourceInContainer(options: unknown): Side<LocationReference> {
  return side(options, OF_A_SOURCE, LocationKind.BLOB);
}

export function inFileShare(options: unknown): Side<LocationReference> {
  return side(options, OF_A_FILE, LocationKind.FILE);
}

export function underPrefix(options: unknown): Side<PrefixReference> {
  const { _place, ...rest } = side<PrefixReference>(options, OF_A_PREFIX);
  return { _place: { ...WHOLE_CONTAINER, ..._place }, ...rest };
}

/** Options of a side that do not say where it is. */
const OF_THE_ACCESS: ReadonlySet<string> = new Set(["credential", "encryptionKeyEnvironment"]);

/** Which parts must be there, and what each may hold, is checked where all of the declaration is known. */
function side<Place>(given: unknown, shapes: Shapes<Parts>, kind?: LocationKind): Side<Place> {
  const { options, problems } = wellFormed(given, shapes);
  const { credential, encryptionKeyEnvironment } = options;
  // In one order, whatever order they were given in: a declaration that was only written otherwise is the same one.
  const parts = Object.keys(shapes.options).filter((part) => !OF_THE_ACCESS.has(part));
  const place = Object.fromEntries(parts.filter((part) => options[part] !== undefined).map((part) => [part, options[part]]));
  const missing = parts.filter((part) => !MAY_BE_MISSING.has(part) && place[part] === undefined);
  return {
    _place: { ...(kind === undefined ? {} : { kind }), ...withMeantAddress(place) } as unknown as Place,
    _credential: credential,
    _encryptionKey: encryptionKeyEnvironment,
    _problems: problems.length > 0 ? problems : missing.map((part) => `${part} must be a string that is not empty, got nothing.`),
  };
}

const ADDRESSES: ReadonlySet<string> = new Set(["url", "blobEndpoint", "fileEndpoint"]);

/** State holds an address as the program reads it. */
function withMeantAddress(place: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(place).map(([part, value]) => [part, ADDRESSES.has(part) && typeof value === "string" ? meantAddress(value) : value]),
  );
}
