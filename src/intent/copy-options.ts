/**
 * How one blob is copied: every option of a copy, and the ONE table of them. {@link COPY_OPTIONS}
 * decides which options are written into an intent, which changes copy again, which options the
 * parser takes, and which names validation knows.
 *
 * Part of the contract, and dependency-free like all of it.
 */

import { encryptionKeyOf } from "./location";
import { type EachForm, OF_METADATA, OF_TAGS } from "./forms/map-form";
import { ENCRYPTION_SCOPE, ETAG, HEADER_TEXT, LEASE_ID, MD5, NOT_EMPTY, oneOf, type TextForm, TIME } from "./forms/text-form";
import {
  CopyMethod,
  OverwritePolicy,
  takesNoKey,
  SourceGuard,
  AccessTier,
  RehydratePriority,
  type RehydrateReference,
  ImmutabilityMode,
  type ImmutabilityPolicyReference,
  type ContentHeadersReference,
  type ConditionsReference,
} from "./option-values";

/** The options of a copy, with defaults for options that were not given. */
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
  /** The form of earlier versions; read as `rehydrate.priority`. */
  readonly rehydratePriority?: RehydratePriority;
  readonly sourceGuard: SourceGuard;
  /** Infinite lease that the caller holds on the destination. */
  readonly destinationLeaseId?: string;
  readonly encryptionScope?: string;
  /** Base64. */
  readonly sourceContentMd5?: string;
  readonly legalHold?: boolean;
  readonly immutabilityPolicy?: ImmutabilityPolicyReference;
  /** For append blobs only. */
  readonly seal?: boolean;
}

export type CopyOptionName = keyof CopyOptionValues;

/** The options that describe the destination blob apart from its bytes. */
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

/** The options that have another name among a blob's properties. */
export type OtherwiseShownOption = "copySourceTags" | "contentHeaders" | "accessTier";

/** Renames options to the names that they have among a blob's properties. */
export function asShown<T extends Partial<Pick<CopyOptionValues, OtherwiseShownOption>>>({
  copySourceTags: tagsOfSource,
  contentHeaders: headers,
  accessTier: tier,
  ...others
}: T) {
  return { ...others, tagsOfSource, headers, tier };
}

/**
 * The shape of a value. A map takes any names unless they are listed.
 *
 * `default` is the value of an enum that was not given; other shapes are then absent.
 */
export type OptionShape =
  | { readonly shape: "boolean" }
  | { readonly shape: "text"; readonly form?: TextForm }
  | {
      readonly shape: "map";
      readonly names?: readonly string[];
      readonly required?: readonly string[];
      /** Names whose values are true or false, which may also be written as texts. */
      readonly booleans?: readonly string[];
      readonly forms?: Readonly<Record<string, TextForm>>;
      /** For names and values without a form of their own. */
      readonly each?: EachForm;
    }
  | { readonly shape: "enum"; readonly values: Readonly<Record<string, string>>; readonly default?: string };

export type CopyOption = OptionShape & {
  /**
   * `result`: decides what the destination becomes, so a change copies again. `way`: decides only
   * how the copy is made.
   */
  readonly decides: "result" | "way";
  /** Sets a property of the destination: a reason to copy a blob onto itself. */
  readonly sets?: true;
  /** The service returns this property, so a blob can be compared with its declaration. */
  readonly shown?: true;
  /** Decides whether bytes are copied, or which: null at deploy is refused, not ignored. */
  readonly guards?: true;
  /** The only methods that support the option; absent where all do. */
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

const CONDITION_FORMS = { ifMatch: ETAG, ifNoneMatch: ETAG, ifTags: NOT_EMPTY, ifModifiedSince: TIME, ifUnmodifiedSince: TIME };
const MODE = oneOf(ImmutabilityMode);

/**
 * The methods that read the whole source in one request, so the service can check the MD5 of its
 * bytes.
 */
const WHOLE_IN_ONE_REQUEST = [CopyMethod.COPY_BLOB_FROM_URL, CopyMethod.PUT_BLOB_FROM_URL];
/** The methods that make append blobs. */
const APPENDING = [CopyMethod.COPY_BLOB, CopyMethod.APPEND_BLOCK_FROM_URL];
/** Incremental Copy Blob takes only a source and conditions on the destination. */
const ALL_BUT_INCREMENTAL = Object.values(CopyMethod).filter((method) => method !== CopyMethod.INCREMENTAL_COPY_BLOB);
/**
 * Copy Blob has no header for the encryption of the destination: the container's default applies.
 */
const ALL_BUT_COPY_BLOB = ALL_BUT_INCREMENTAL.filter((method) => method !== CopyMethod.COPY_BLOB);

/** In the order in which they are written into an intent. */
export const COPY_OPTIONS = {
  metadata: { shape: "map", each: OF_METADATA, decides: "result", sets: true, by: ALL_BUT_INCREMENTAL },
  tags: { shape: "map", each: OF_TAGS, decides: "result", sets: true, by: ALL_BUT_INCREMENTAL },
  copySourceTags: { shape: "boolean", decides: "result", by: ALL_BUT_INCREMENTAL },
  contentHeaders: {
    shape: "map",
    names: CONTENT_HEADERS,
    each: { value: HEADER_TEXT },
    decides: "result",
    sets: true,
    by: ALL_BUT_INCREMENTAL,
  },
  accessTier: { shape: "enum", values: AccessTier, decides: "result", sets: true, by: ALL_BUT_INCREMENTAL },
  overwrite: { shape: "enum", values: OverwritePolicy, default: OverwritePolicy.ALWAYS, decides: "result" },
  method: { shape: "enum", values: CopyMethod, default: CopyMethod.AUTO, decides: "result" },
  sourceConditions: {
    shape: "map",
    names: CONDITIONS,
    forms: CONDITION_FORMS,
    decides: "result",
    guards: true,
    by: ALL_BUT_INCREMENTAL,
  },
  destinationConditions: { shape: "map", names: CONDITIONS, forms: CONDITION_FORMS, decides: "result", guards: true },
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
  destinationLeaseId: { shape: "text", form: LEASE_ID, decides: "way", by: ALL_BUT_INCREMENTAL },
  encryptionScope: { shape: "text", form: ENCRYPTION_SCOPE, decides: "result", sets: true, shown: true, by: ALL_BUT_COPY_BLOB },
  sourceContentMd5: { shape: "text", form: MD5, decides: "result", guards: true, by: WHOLE_IN_ONE_REQUEST },
  legalHold: { shape: "boolean", decides: "result", sets: true, shown: true, by: ALL_BUT_INCREMENTAL },
  immutabilityPolicy: {
    shape: "map",
    names: POLICY,
    required: ["until"],
    forms: { until: TIME, mode: MODE },
    decides: "result",
    sets: true,
    shown: true,
    by: ALL_BUT_INCREMENTAL,
  },
  seal: { shape: "boolean", decides: "result", shown: true, by: APPENDING },
} as const satisfies Readonly<Record<CopyOptionName, CopyOption>>;

export const COPY_OPTION_NAMES = Object.keys(COPY_OPTIONS) as readonly CopyOptionName[];

/** The options whose change copies again. */
export const RESULT_OPTION_NAMES = COPY_OPTION_NAMES.filter((name) => COPY_OPTIONS[name].decides === "result");

/** The options that set a property of the destination. */
export const PROPERTY_OPTION_NAMES = COPY_OPTION_NAMES.filter((name) => "sets" in COPY_OPTIONS[name]);

/** The options that the service returns as properties of a blob, each in its declared form. */
export const SHOWN_OPTION_NAMES = COPY_OPTION_NAMES.filter((name): name is keyof ShownOptions => "shown" in COPY_OPTIONS[name]);

/**
 * Properties that the service returns for a blob, by the names of the options; absent where the
 * blob does not have them.
 */
export type ShownOptions = {
  readonly [Name in CopyOptionName as (typeof COPY_OPTIONS)[Name] extends { readonly shown: true } ? Name : never]?: CopyOptionValues[Name];
};

/**
 * The declared options that a method does not support; empty where the program chooses the method.
 */
export function optionsBeyond(method: CopyMethod, options: Readonly<Partial<Record<CopyOptionName, unknown>>>): readonly CopyOptionName[] {
  if (method === CopyMethod.AUTO) return [];
  return COPY_OPTION_NAMES.filter((name) => {
    const { by }: CopyOption = COPY_OPTIONS[name];
    const value = options[name];
    return value !== undefined && value !== false && by?.includes(method) === false;
  });
}

/** The name of a key in messages that list the options a method does not support. */
export const ENCRYPTION_KEY = "an encryption key";

/**
 * Whether an encryption key of either side rules a method out; false where the program chooses the
 * method.
 */
export function keysAreBeyond(method: CopyMethod, sides: { readonly source: object; readonly destination: object }): boolean {
  return takesNoKey(method) && (encryptionKeyOf(sides.source) ?? encryptionKeyOf(sides.destination)) !== undefined;
}

/** The options that hold names and values. */
export const MAP_OPTION_NAMES = COPY_OPTION_NAMES.filter((name): name is MapOptionName => COPY_OPTIONS[name].shape === "map");

type MapOptionName = { [Name in CopyOptionName]: (typeof COPY_OPTIONS)[Name]["shape"] extends "map" ? Name : never }[CopyOptionName];
