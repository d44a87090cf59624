/**
 * THE CONTRACT between the two worlds: `lib/` writes a copy intent at synth, the provisioner program in `src/` parses it
 * during apply. Dependency-free on purpose, so that either side can import it. Everything a user can ask for is here.
 *
 * The intent never holds a secret: a credential names the environment variable that holds one.
 */

import type { CopyOptionValues } from "./copy-options";
import type { CredentialReference, EncryptionKeyReference, LocationReference } from "./location";
import { OverwritePolicy } from "./option-values";
import type { INTENT_VERSION, Receipt } from "./receipts";

export * from "./address";
export * from "./copy-options";
export * from "./hosts";
export * from "./location";
export * from "./names";
export * from "./forms/nearest";
export * from "./option-values";
export * from "./place";
export * from "./receipts";
export * from "./forms/map-form";
export { isPrintable, NOT_EMPTY, type TextForm, TIME_STAMP } from "./forms/text-form";
export * from "./forms/time";
export * from "./url-secrets";

/** Names of the environment variables through which the provisioner block speaks to the program. */
export const ProgramEnvironment = {
  /** The copy intent, as JSON. */
  INTENT: "BLOB_COPY_INTENT",
  /** `self.id` of the `terraform_data` resource: names the receipt. */
  RECEIPT_ID: "BLOB_COPY_RECEIPT_ID",
  /** Id of the deployment: kept in Terraform's state, and so another one for each state of the same code. */
  DEPLOYMENT: "BLOB_COPY_DEPLOYMENT",
  /** Path of a file with one JSON {@link DeclaredPlace} a line, for a destroy. */
  DECLARED: "BLOB_COPY_DECLARED",
  /** Folder for receipts, journals and last words; relative to Terraform's working directory. */
  STATE_DIRECTORY: "BLOB_COPY_STATE_DIRECTORY",
  /** Prefix of the variables that carry secrets which Terraform holds. */
  SECRET_PREFIX: "BLOB_COPY_SECRET_",
} as const;

/** The service's blob types, as in `x-ms-blob-type`. */
export enum BlobType {
  BLOCK = "BlockBlob",
  APPEND = "AppendBlob",
  PAGE = "PageBlob",
}

/** When an unchanged declaration is copied again. */
export enum RecopyPolicy {
  /** Only when the declaration itself changes. */
  ON_INTENT_CHANGE = "on-intent-change",
  /** The program runs in each deploy, and does nothing when source and destination are unchanged. */
  EVERY_DEPLOY = "every-deploy",
}

/** What `destroy` does to the destination. */
export enum DestroyPolicy {
  /** The blob stays. */
  RETAIN = "retain",
  /** What this resource copied is deleted, where nobody has changed it since. */
  DELETE = "delete",
}

/** What happens to the destination when a copy does not finish. */
export enum RollbackPolicy {
  /** Abort, and put the destination back as it was. Refuse to start where that would be impossible. */
  RESTORE = "restore",
  /** Abort only: the service's bare behaviour, which can leave a blob of zero length. */
  ABORT_ONLY = "abort-only",
}

/** One declared copy, with its own options. */
export interface CopyDeclaration extends CopyOptionValues {
  readonly source: LocationReference;
  readonly destination: LocationReference;
}

/** A blob name prefix of a container, one side of a copy set. */
export interface PrefixReference {
  /** Blob service endpoint, such as `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  readonly containerName: string;
  /** Unescaped; empty for the whole container. */
  readonly prefix: string;
  /** Absent: the default Azure credential for Azure endpoints, anonymous elsewhere. */
  readonly credential?: CredentialReference;
  /** Of every blob below it. */
  readonly encryptionKey?: EncryptionKeyReference;
}

/** All blobs below one prefix, to another. */
export interface PrefixCopies {
  readonly source: PrefixReference;
  readonly destination: PrefixReference;
  /** Globs over names relative to the prefix (`*` within a segment, `**` across segments, `?`, `{a,b}`); empty for all. */
  readonly include: readonly string[];
  /** Globs of names to leave out, even when included. */
  readonly exclude: readonly string[];
  /** Relative source names to relative destination names; a key that ends in `/` renames everything below it. */
  readonly rename: Readonly<Record<string, string>>;
  /** Options of every copy. */
  readonly options: CopyOptionValues;
}

/** Declared copies in a file, for sets too large for an environment variable. */
export interface CopyManifest {
  /**
   * Path of a file with one JSON {@link KeyedCopy} a line, relative to Terraform's working directory. A string in it may
   * be an array of text and indices into `values` instead, joined by the program.
   */
  readonly file: string;
  /** What Terraform alone knows, such as endpoints of accounts it creates: mostly text, and whatever else somebody's value turns out to be. */
  readonly values: readonly unknown[];
}

/** A declared copy of a set; the key names it in results. */
export interface KeyedCopy extends CopyDeclaration {
  readonly key: string;
}

/** Limits and defaults of a set. */
export const MAX_CONCURRENCY = 4_096;
export const DEFAULT_CONCURRENCY = 256;

/** A set compares first: it would otherwise copy all its blobs again in each run, and one copy is declared to be made. */
export const DEFAULT_SET_OVERWRITE = OverwritePolicy.IF_DIFFERENT;

/** As many failures as are listed at the end of a run; the first one ends an atomic set. */
export function defaultMaxFailures(isAtomic: boolean): number {
  return isAtomic ? 0 : 20;
}

/** Many copies as one resource: a manifest, or everything below a prefix. */
export interface CopySet {
  readonly manifest?: CopyManifest;
  readonly prefixes?: PrefixCopies;
  /** All or nothing: stage every copy, then commit them; what was replaced is put back if the commit breaks. */
  readonly atomic: boolean;
  /** Delete at the destination what this set copied earlier and its source no longer has. */
  readonly prune: boolean;
  /** Nothing below the source's prefix is as good as something; absent where that is an error. */
  readonly allowEmpty?: boolean;
  /** With `DELETE` the set keeps an inventory of what it copied, for a destroy to go by; absent for `RETAIN`. */
  readonly onDestroy?: DestroyPolicy;
  /** Where a manifest with `onDestroy: DELETE` keeps its inventory; prefixes have a place of their own. */
  readonly inventory?: ManifestInventory;
  /** Most requests in flight. */
  readonly maxConcurrency: number;
  /** Failed copies that are tolerated before no further one is started. The run fails all the same. */
  readonly maxFailures: number;
  /** Bytes a second that copies may be started for; absent for no limit. */
  readonly bandwidthBytesPerSecond?: number;
  /** Path of the NDJSON file with one {@link BlobResult} a line, relative to Terraform's working directory. */
  readonly manifestOut?: string;
  /** Path of the HTML report, relative to Terraform's working directory. */
  readonly report?: string;
  /** Keys (of a manifest) or destination names relative to the prefix whose receipts are wanted as values. */
  readonly resultKeys: readonly string[];
}

/** The inventory of a manifest, of which all copies go to one container. */
export interface ManifestInventory {
  /** The container: a prefix of no characters. */
  readonly destination: PrefixReference;
  /** Whose it is in its deployment: the name of the set's resource. */
  readonly name: string;
  /** The name that it had before the set was renamed. */
  readonly formerName?: string;
}

/** An intent that declares a set. */
export type SetIntent = CopyIntent & { readonly set: CopySet };

export const DEFAULT_TIMEOUT_MILLISECONDS = 3_600_000;

/** What the program is asked to do. */
export interface CopyIntent {
  readonly version: typeof INTENT_VERSION;
  /** Construct path, for messages; the owner of what a run leaves on the service where there is no `deployment`. */
  readonly owner: string;
  /** The owner of what a run leaves on the service; the program takes it from its environment. Absent in a run by hand. */
  readonly deployment?: string;
  /** Empty in a copy set. */
  readonly copies: readonly CopyDeclaration[];
  readonly set?: CopySet;
  /** false: start only, and leave asynchronous copies pending. */
  readonly wait: boolean;
  /** Milliseconds for the whole run, waiting included; then abort and exit code 124. */
  readonly timeoutMilliseconds: number;
  readonly rollback: RollbackPolicy;
  /** {@link RecopyPolicy.EVERY_DEPLOY}: skip what is unchanged since it was last copied. */
  readonly recopy: RecopyPolicy;
}

/** A destination that is declared now: a destroy must not delete what the same deploy is about to copy again. */
export interface DeclaredPlace {
  /** Construct path, with the key of an element where synth knows the elements. */
  readonly owner: string;
  /** As `placeKey` has it; what only Terraform knows is in `${…}`. */
  readonly place: string;
  /** Changes with the declaration of the destination, not with what Terraform makes of it. */
  readonly spelling: string;
}

/** What a destroy-time run gets through `self.input`, all that Terraform lets it read. */
export interface DestroyIntent {
  readonly version: typeof INTENT_VERSION;
  readonly owner: string;
  /** As in {@link CopyIntent.deployment}. */
  readonly deployment?: string;
  readonly destination: LocationReference;
  /** As in {@link DeclaredPlace}; absent where an earlier version of the library declared it. */
  readonly spelling?: string;
  readonly destinationLeaseId?: string;
  readonly onDestroy: DestroyPolicy;
  readonly receipt: Pick<Receipt, "etag" | "copyId" | "copyStatus" | "versionId" | "origin">;
}

/** What a destroy-time run of a set gets: its inventory, on the service, knows what the set copied. */
export interface SetDestroyIntent {
  readonly version: typeof INTENT_VERSION;
  readonly owner: string;
  /** As in {@link CopyIntent.deployment}. */
  readonly deployment?: string;
  /** As in {@link DeclaredPlace}. */
  readonly spelling: string;
  readonly set: {
    readonly destination: PrefixReference;
    /** As in {@link ManifestInventory}; absent for a set that copies from prefix to prefix. */
    readonly name?: string;
  };
}
