import { ADDRESS_PARTS, LocationKind, meantAddress } from "../../src/intent";
import type { LocationReference, PrefixReference } from "../../src/intent";
import { type Kind, type Shape, type Shapes, wellFormed } from "./shapes";
import type { SideOptions } from "./side";

/** Options that the factories of a front end take in addition to the place. */
export interface Access {
  /** Factory of the front end's credentials, for messages. */
  readonly credentialBy: string;
  readonly credential: Kind;
  /**
   * Reason why a blob cannot have an encryption key that comes with each request; absent if it can.
   */
  readonly noKey?: string;
}

/** Results of a front end's factories: the same options make the same place in every front end. */
export interface Places<Credential> {
  readonly atUrl: (url: unknown, options: unknown) => SideOptions<LocationReference, Credential>;
  readonly inContainer: (options: unknown) => SideOptions<LocationReference, Credential>;
  readonly sourceInContainer: (options: unknown) => SideOptions<LocationReference, Credential>;
  readonly inFileShare: (options: unknown) => SideOptions<LocationReference, Credential>;
  readonly underPrefix: (options: unknown) => SideOptions<PrefixReference, Credential>;
}

type Parts<Credential> = Readonly<Record<string, unknown>> & {
  readonly credential?: Credential;
  readonly encryptionKeyEnvironment?: string;
};

const KEY = "encryptionKeyEnvironment";
const TEXT: Shape = { shape: "text" };
const WHOLE_CONTAINER = { prefix: "" };
const MAY_BE_MISSING: ReadonlySet<string> = new Set(["snapshot", "versionId", "prefix"]);
/** Options of a side that are not part of its place. */
const OF_THE_ACCESS: ReadonlySet<string> = new Set(["credential", KEY]);

export function placesOf<Credential>({ credentialBy, credential: kind, noKey }: Access): Places<Credential> {
  // A wrong value in place of a credential may be the secret itself.
  const credential: Shape = { shape: "made", ...kind, by: credentialBy, isSecret: true };
  const elsewhere: Readonly<Record<string, string>> = noKey === undefined ? {} : { [KEY]: noKey };
  const shapesOf = (of: string, ...parts: readonly string[]): Shapes<Parts<Credential>> => {
    const texts = parts.filter((name) => !(name in elsewhere)).map((name) => [name, TEXT] as const);
    return { of, options: { ...Object.fromEntries(texts), credential }, elsewhere };
  };

  const ofUrl = shapesOf("fromUrl", "url");
  const ofAccess = shapesOf("fromUrl", KEY);
  const ofBlob = shapesOf("fromContainer", "blobEndpoint", "containerName", "blobName", KEY);
  const ofSource = shapesOf("fromContainer", "blobEndpoint", "containerName", "blobName", "snapshot", "versionId", KEY);
  const ofFile = shapesOf("fromFileShare", "fileEndpoint", "shareName", "filePath");
  const ofPrefix = shapesOf("fromPrefix", "blobEndpoint", "containerName", "prefix", KEY);

  return {
    atUrl: (url, options) => {
      const { _place, _problems } = told<LocationReference, Credential>({ url }, ofUrl, LocationKind.URL);
      const access = told<unknown, Credential>(options, ofAccess);
      return { ...access, _place, _problems: [..._problems, ...access._problems] };
    },
    inContainer: (options) => told(options, ofBlob, LocationKind.BLOB),
    sourceInContainer: (options) => told(options, ofSource, LocationKind.BLOB),
    inFileShare: (options) => told(options, ofFile, LocationKind.FILE),
    underPrefix: (options) => {
      const { _place, ...rest } = told<PrefixReference, Credential>(options, ofPrefix);
      return { _place: { ...WHOLE_CONTAINER, ..._place }, ...rest };
    },
  };
}

/**
 * Makes a side from the given options. The content of each part is checked later, when the whole
 * declaration is known.
 */
function told<Place, Credential>(given: unknown, shapes: Shapes<Parts<Credential>>, kind?: LocationKind): SideOptions<Place, Credential> {
  const { options, problems } = wellFormed(given, shapes);
  const { credential, encryptionKeyEnvironment } = options;
  // The order of the parts is fixed, so that options in another order make the same declaration.
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

const ADDRESSES: ReadonlySet<string> = new Set(Object.values(ADDRESS_PARTS));

/** The state contains an address in the form in which the program reads it. */
function withMeantAddress(place: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(place).map(([part, value]) => [part, ADDRESSES.has(part) && typeof value === "string" ? meantAddress(value) : value]),
  );
}
