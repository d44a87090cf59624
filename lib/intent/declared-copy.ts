import type {
  CopyDeclaration,
  CopyOptionName,
  CopyOptionValues,
  CredentialReference,
  DestroyPolicy,
  EncryptionKeyReference,
  LocationReference,
  PrefixReference,
  RecopyPolicy,
  RollbackPolicy,
} from "../../src/intent";
import { COPY_OPTION_NAMES, RESULT_OPTION_NAMES } from "../../src/intent";
import type { CopyOptions } from "../vocabulary/copy-options";
import type { Credential } from "../vocabulary/credential";
import type { SecretVariables } from "./secret-variables";

/** A credential of any front end. */
export type DeclaredCredential = Pick<Credential, "_kind" | "_variable" | "_secret" | "_accountName" | "_problems" | "_identity">;

/** A source or a destination of any front end. */
export interface DeclaredSide {
  readonly _place: LocationReference;
  readonly _credential: DeclaredCredential | undefined;
  /** Environment variable that holds the key. Other front ends do not have it. */
  readonly _encryptionKey?: string | undefined;
  readonly _problems: readonly string[];
}

/** A source prefix or a destination prefix of any front end. */
export interface DeclaredPrefix extends Omit<DeclaredSide, "_place"> {
  readonly _place: PrefixReference;
}

/** A `BlobCopy`, or a copy of a set: its source, its destination and its options. */
export interface DeclaredCopy extends CopyOptions {
  readonly source: DeclaredSide;
  readonly destination: DeclaredSide;
}

/** A copy in the list of a set. */
export interface DeclaredSetCopy extends DeclaredCopy {
  readonly key?: string;
}

/** Options that have a default in the program may be absent. */
export type WrittenOptions = Partial<CopyOptionValues>;
export type WrittenCopy = Pick<CopyDeclaration, "source" | "destination"> & WrittenOptions;

/** A run as a whole, independent of its copies, of any front end. */
export interface DeclaredRun {
  readonly timeout?: string;
  readonly rollback?: RollbackPolicy;
  readonly recopy?: RecopyPolicy;
  readonly copyTriggers?: { readonly [name: string]: string };
  readonly onDestroy?: DestroyPolicy;
}

/** A `BlobCopy` of any front end. */
export interface DeclaredBlobCopy extends DeclaredCopy, DeclaredRun {
  readonly wait?: boolean;
}

/** A copy set of any front end. */
export interface DeclaredCopySet extends CopyOptions, DeclaredRun {
  readonly copies?: DeclaredSetCopy[];
  readonly from?: DeclaredPrefix;
  readonly to?: DeclaredPrefix;
  readonly include?: string[];
  readonly exclude?: string[];
  readonly rename?: { readonly [name: string]: string };
  readonly atomic?: boolean;
  readonly prune?: boolean;
  readonly allowEmpty?: boolean;
  readonly maxConcurrency?: number;
  readonly maxFailures?: number;
  readonly bandwidth?: string;
  readonly manifestOut?: string;
  readonly report?: string;
}

/** Returns a copy in the form that the program reads. Strings may still be tokens. */
export function writtenCopy(copy: DeclaredCopy, secrets: SecretVariables): WrittenCopy {
  return { source: reference(copy.source, secrets), destination: reference(copy.destination, secrets), ...writtenOptions(copy) };
}

export function writtenOptions(options: CopyOptions): WrittenOptions {
  return given(options, COPY_OPTION_NAMES);
}

/**
 * Returns the options that decide whether the destination is as declared. The others only say how
 * to copy.
 */
export function resultingOptions(options: CopyOptions, destination: Pick<Side<object>, "_encryptionKey"> | undefined): Resulting {
  const encryptionKey = destination?._encryptionKey;
  return { ...given(options, RESULT_OPTION_NAMES), ...(encryptionKey === undefined ? {} : { encryptionKey }) };
}

/** The name of the variable stands for the key: a renamed variable probably holds another key. */
type Resulting = WrittenOptions & { readonly encryptionKey?: string };

function given(options: CopyOptions, names: readonly CopyOptionName[]): WrittenOptions {
  const result: Record<string, unknown> = {};
  for (const name of names) if (options[name] !== undefined) result[name] = options[name];
  return result;
}

/** One side of a copy or of a set. */
interface Side<Place> {
  readonly _place: Place;
  readonly _credential: DeclaredCredential | undefined;
  readonly _encryptionKey?: string | undefined;
}

/**
 * Returns a place with its credential. Without `secrets` (at destroy, which cannot receive any), a
 * secret that Terraform holds does not get a variable. Validation rejects it.
 */
export function reference<Place extends object>(
  side: Side<Place>,
  secrets: SecretVariables | undefined,
): Place & { readonly credential?: CredentialReference; readonly encryptionKey?: EncryptionKeyReference } {
  const { _credential: credential, _encryptionKey: key } = side;
  const place = key === undefined ? side._place : { ...side._place, encryptionKey: { variable: key } };
  if (credential === undefined) return place;
  const variable = credential._secret === undefined ? credential._variable : secrets?.nameFor(credential._secret);
  const { _kind: kind, _accountName: accountName, _identity: identity } = credential;
  return { ...place, credential: { kind, variable, accountName, ...identity } };
}
