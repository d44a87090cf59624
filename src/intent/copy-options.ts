/**
 * How one blob is copied: every option of a copy, and the ONE table of them. What is written into an intent, what copies again
 * when it changes, what the parser takes and what validation knows by name all derive from {@link COPY_OPTIONS}.
 *
 * Part of the contract, and dependency-free like all of it.
 */

import { encryptionKeyOf } from "./location";

/** Which REST operation copies. */
export enum CopyMethod {
  /** The program chooses by account, blob type and size, and falls back when the service refuses a method. */
  AUTO = "auto",
  /** Copy Blob: asynchronous, the only one that can be aborted; a pointer copy within an account. */
  COPY_BLOB = "copy-blob",
  /** Copy Blob From URL: synchronous, block blobs up to 256 MiB, keeps the block list. */
  COPY_BLOB_FROM_URL = "copy-blob-from-url",
  /** Put Blob From URL: synchronous, up to 5,000 MiB, the destination switches over at the end. */
  PUT_BLOB_FROM_URL = "put-blob-from-url",
  /** Put Block From URL in parallel, then one Put Block List: the destination switches over at the commit. */
  PUT_BLOCK_FROM_URL = "put-block-from-url",
  /** Put Page From URL: page blobs, empty ranges skipped. */
  PUT_PAGE_FROM_URL = "put-page-from-url",
  /** Append Block From URL: append blobs. */
  APPEND_BLOCK_FROM_URL = "append-block-from-url",
}

/** What to do when the destination already exists. */
export enum OverwritePolicy {
  /** Copy over it, always. {@link RecopyPolicy.EVERY_DEPLOY} still skips what is unchanged since it was last copied. */
  ALWAYS = "always",
  /** Replace nothing: a destination that is proven to be the same is left as it is, any other fails before anything is touched. */
  NEVER = "never",
  /**
   * Copy only what differs: in length, in MD5, or in what is declared. Without an MD5 on both sides, and for page and append
   * blobs, whose MD5 proves nothing: when the source was modified later.
   */
  IF_DIFFERENT = "if-different",
  /** Copy only when the source's Last-Modified is later than the destination's. */
  IF_SOURCE_NEWER = "if-source-newer",
}

/** How the source is kept from changing under a copy. */
export enum SourceGuard {
  /** Every request is pinned to the source's ETag; a change fails the copy. Needs read permission only. */
  ETAG = "etag",
  /** A finite lease, renewed while the copy is pending and given back at its end, besides the ETag. Needs write permission on the source. */
  LEASE = "lease",
  /** No guard. */
  NONE = "none",
}

/** Access tiers of block blobs, and of page blobs in premium accounts, as in `x-ms-access-tier`. */
export enum AccessTier {
  HOT = "Hot",
  COOL = "Cool",
  COLD = "Cold",
  /** The service moves the blob between Hot, Cool and Cold by its use. */
  SMART = "Smart",
  ARCHIVE = "Archive",
  P4 = "P4",
  P6 = "P6",
  P10 = "P10",
  P15 = "P15",
  P20 = "P20",
  P30 = "P30",
  P40 = "P40",
  P50 = "P50",
  P60 = "P60",
  P70 = "P70",
  P80 = "P80",
}

/** How fast an archived source is read, as in `x-ms-rehydrate-priority`. */
export enum RehydratePriority {
  STANDARD = "Standard",
  HIGH = "High",
}

/** How an archived source comes online. */
export interface RehydrateReference {
  /** See {@link RehydratePriority}. */
  readonly priority?: string;
  /** `true`: the copy is over when the destination is online, and not when the service has ended it. */
  readonly wait?: string;
}

/** Whether a policy can be taken away again, as in `x-ms-immutability-policy-mode`. */
export enum ImmutabilityMode {
  UNLOCKED = "Unlocked",
  /** Can only be made longer: neither this program nor anybody else can take it away before its time. */
  LOCKED = "Locked",
}

/** How long a version of a blob can be neither changed nor deleted. */
export interface ImmutabilityPolicyReference {
  /** RFC 1123 or ISO 8601. */
  readonly until: string;
  readonly mode?: string;
}

/** HTTP headers stored with the blob; each one not given is kept from the source. */
export interface ContentHeadersReference {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly contentDisposition?: string;
  readonly cacheControl?: string;
}

/** Conditions of the service on one side of a copy. Times are RFC 1123 or ISO 8601. */
export interface ConditionsReference {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: string;
  readonly ifUnmodifiedSince?: string;
  /** Expression over blob index tags, as in `x-ms-if-tags`. */
  readonly ifTags?: string;
}

/** The options of a copy, once the defaults stand in for what was not given. */
export interface CopyOptionValues {
  /** Replaces the source's metadata entirely; absent keeps it. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly copySourceTags?: boolean;
  readonly contentHeaders?: ContentHeadersReference;
  readonly accessTier?: AccessTier;
  readonly overwrite: OverwritePolicy;
  readonly method: CopyMethod;
  readonly sourceConditions?: ConditionsReference;
  readonly destinationConditions?: ConditionsReference;
  readonly rehydrate?: RehydrateReference;
  /** As earlier versions declared it; read as `rehydrate.priority`. */
  readonly rehydratePriority?: RehydratePriority;
  readonly sourceGuard: SourceGuard;
  /** Infinite lease held by the caller on the destination. */
  readonly destinationLeaseId?: string;
  readonly encryptionScope?: string;
  /** Base64. */
  readonly sourceContentMd5?: string;
  readonly legalHold?: boolean;
  readonly immutabilityPolicy?: ImmutabilityPolicyReference;
  /** Of an append blob. */
  readonly seal?: boolean;
}

export type CopyOptionName = keyof CopyOptionValues;

/** The options that say something of the destination blob other than its bytes. */
export type PropertyOption =
  | OtherwiseShownOption
  | "metadata"
  | "tags"
  | "rehydrate"
  | "encryptionScope"
  | "sourceContentMd5"
  | "legalHold"
  | "immutabilityPolicy"
  | "seal";

/** Those that have another name at a blob itself. */
export type OtherwiseShownOption = "copySourceTags" | "contentHeaders" | "accessTier";

/** Options by the names under which a blob shows them. */
export function asShown<T extends Partial<Pick<CopyOptionValues, OtherwiseShownOption>>>({
  copySourceTags: tagsOfSource,
  contentHeaders: headers,
  accessTier: tier,
  ...others
}: T) {
  return { ...others, tagsOfSource, headers, tier };
}

/** What a text must look like. */
export interface TextForm {
  readonly pattern: RegExp;
  /** Follows the name and the value: what is wrong, and what to do. */
  readonly otherwise: string;
}

/**
 * What a value looks like. A map has any names unless they are listed.
 *
 * `default` stands for an enum that was not given; the others are then simply absent.
 */
export type OptionShape =
  | { readonly shape: "boolean" }
  | { readonly shape: "text"; readonly form?: TextForm }
  | {
      readonly shape: "map";
      readonly names?: readonly string[];
      readonly required?: readonly string[];
      /** Names whose values may be written as true or false, too. */
      readonly booleans?: readonly string[];
      readonly forms?: Readonly<Record<string, TextForm>>;
    }
  | { readonly shape: "enum"; readonly values: Readonly<Record<string, string>>; readonly default?: string };

export type CopyOption = OptionShape & {
  /** `result`: whether the destination is what was declared, so that a change copies again. `way`: only how it is copied. */
  readonly decides: "result" | "way";
  /** Sets a property of the destination, so that a blob can be copied onto itself for it. */
  readonly sets?: true;
  /** The service shows it of a blob, so that it can be told whether the blob is as declared. */
  readonly shown?: true;
  /** The only methods that can do it; absent where all can. */
  readonly by?: readonly CopyMethod[];
};

const POLICY = ["until", "mode"] as const satisfies readonly (keyof ImmutabilityPolicyReference)[];

const CONTENT_HEADERS = [
  "contentType",
  "contentEncoding",
  "contentLanguage",
  "contentDisposition",
  "cacheControl",
] as const satisfies readonly (keyof ContentHeadersReference)[];

const CONDITIONS = [
  "ifMatch",
  "ifNoneMatch",
  "ifModifiedSince",
  "ifUnmodifiedSince",
  "ifTags",
] as const satisfies readonly (keyof ConditionsReference)[];

const LEASE_ID: TextForm = {
  pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  otherwise: "is not a GUID; give the id that the lease was acquired with",
};
const ENCRYPTION_SCOPE: TextForm = {
  pattern: /^(?=.{3,63}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/,
  otherwise: "is no name of an encryption scope: 3 to 63 letters, digits and single hyphens between them",
};

const MD5: TextForm = {
  pattern: /^[A-Za-z0-9+/]{21}[AQgw]==$/,
  otherwise: "is no MD5 in Base64: 24 characters, the last two of them =",
};

const TIME: TextForm = {
  pattern: /^(\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)$/,
  otherwise: "is not a time: use RFC 1123 or ISO 8601",
};
const MODE = oneOf(ImmutabilityMode);

/** The methods that read the whole source in one request, whose bytes the service can sum up. */
const WHOLE_IN_ONE_REQUEST = [CopyMethod.COPY_BLOB_FROM_URL, CopyMethod.PUT_BLOB_FROM_URL];
/** The methods that make append blobs. */
const APPENDING = [CopyMethod.COPY_BLOB, CopyMethod.APPEND_BLOCK_FROM_URL];
/** Copy Blob takes no header that says how the destination is encrypted: it is as its container has it. */
const ALL_BUT_COPY_BLOB = Object.values(CopyMethod).filter((method) => method !== CopyMethod.COPY_BLOB);

function oneOf(values: Readonly<Record<string, string>>): TextForm {
  const all = Object.values(values);
  return { pattern: new RegExp(`^(${all.join("|")})$`), otherwise: `is not one of ${all.join(", ")}` };
}

/** In the order in which an intent is written. */
export const COPY_OPTIONS = {
  metadata: { shape: "map", decides: "result", sets: true },
  tags: { shape: "map", decides: "result", sets: true },
  copySourceTags: { shape: "boolean", decides: "result" },
  contentHeaders: { shape: "map", names: CONTENT_HEADERS, decides: "result", sets: true },
  accessTier: { shape: "enum", values: AccessTier, decides: "result", sets: true },
  overwrite: { shape: "enum", values: OverwritePolicy, default: OverwritePolicy.ALWAYS, decides: "result" },
  method: { shape: "enum", values: CopyMethod, default: CopyMethod.AUTO, decides: "result" },
  sourceConditions: { shape: "map", names: CONDITIONS, decides: "result" },
  destinationConditions: { shape: "map", names: CONDITIONS, decides: "result" },
  rehydrate: {
    shape: "map",
    names: ["priority", "wait"],
    booleans: ["wait"],
    forms: { priority: oneOf(RehydratePriority), wait: { pattern: /^(true|false)$/, otherwise: "is neither true nor false" } },
    decides: "way",
    by: [CopyMethod.COPY_BLOB],
  },
  rehydratePriority: { shape: "enum", values: RehydratePriority, decides: "way", by: [CopyMethod.COPY_BLOB] },
  sourceGuard: { shape: "enum", values: SourceGuard, default: SourceGuard.ETAG, decides: "way" },
  destinationLeaseId: { shape: "text", form: LEASE_ID, decides: "way" },
  encryptionScope: { shape: "text", form: ENCRYPTION_SCOPE, decides: "result", sets: true, shown: true, by: ALL_BUT_COPY_BLOB },
  sourceContentMd5: { shape: "text", form: MD5, decides: "result", by: WHOLE_IN_ONE_REQUEST },
  legalHold: { shape: "boolean", decides: "result", sets: true, shown: true },
  immutabilityPolicy: {
    shape: "map",
    names: POLICY,
    required: ["until"],
    forms: { until: TIME, mode: MODE },
    decides: "result",
    sets: true,
    shown: true,
  },
  seal: { shape: "boolean", decides: "result", shown: true, by: APPENDING },
} as const satisfies Readonly<Record<CopyOptionName, CopyOption>>;

export const COPY_OPTION_NAMES = Object.keys(COPY_OPTIONS) as readonly CopyOptionName[];

/** The options whose change copies again. */
export const RESULT_OPTION_NAMES = COPY_OPTION_NAMES.filter((name) => COPY_OPTIONS[name].decides === "result");

/** The options that set a property of the destination. */
export const PROPERTY_OPTION_NAMES = COPY_OPTION_NAMES.filter((name) => "sets" in COPY_OPTIONS[name]);

/** The options that the service shows of a blob, each in the form in which it is declared. */
export const SHOWN_OPTION_NAMES = COPY_OPTION_NAMES.filter((name): name is keyof ShownOptions => "shown" in COPY_OPTIONS[name]);

/** What the service shows of a blob by the names of the options; absent where it has none of it. */
export type ShownOptions = {
  readonly [Name in CopyOptionName as (typeof COPY_OPTIONS)[Name] extends { readonly shown: true } ? Name : never]?: CopyOptionValues[Name];
};

/** The declared options that a method cannot do; none where the program chooses the method. */
export function optionsBeyond(method: CopyMethod, options: Readonly<Partial<Record<CopyOptionName, unknown>>>): readonly CopyOptionName[] {
  if (method === CopyMethod.AUTO) return [];
  return COPY_OPTION_NAMES.filter((name) => {
    const { by }: CopyOption = COPY_OPTIONS[name];
    const value = options[name];
    return value !== undefined && value !== false && by?.includes(method) === false;
  });
}

/** What stands in messages beside the options that a method cannot do. */
export const ENCRYPTION_KEY = "an encryption key";

/** Copy Blob and Copy Blob From URL have a header for neither side's key. */
export function takesNoKey(method: CopyMethod): boolean {
  return method === CopyMethod.COPY_BLOB || method === CopyMethod.COPY_BLOB_FROM_URL;
}

/** Whether a key of either side keeps a method from being used; never where the program chooses it. */
export function keysAreBeyond(method: CopyMethod, sides: { readonly source: object; readonly destination: object }): boolean {
  return takesNoKey(method) && (encryptionKeyOf(sides.source) ?? encryptionKeyOf(sides.destination)) !== undefined;
}

/** The options that hold names and values. */
export const MAP_OPTION_NAMES = COPY_OPTION_NAMES.filter((name): name is MapOptionName => COPY_OPTIONS[name].shape === "map");

type MapOptionName = { [Name in CopyOptionName]: (typeof COPY_OPTIONS)[Name]["shape"] extends "map" ? Name : never }[CopyOptionName];

const MAX_TAGS_HEADER = 2_048;

/** `x-ms-tags` is limited to 2 KiB, less than ten tags of full length; larger ones are set after the copy. */
export function tagsFitTheHeader(tags: Readonly<Record<string, string>> = {}): boolean {
  const header = Object.entries(tags).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
  return header.join("&").length <= MAX_TAGS_HEADER;
}
