/**
 * THE CONTRACT between the two worlds: `lib/` writes a copy intent at synth, and the provisioner
 * program in `src/` parses it during apply. It is dependency-free on purpose, so that either side
 * can import it. It contains everything that a user can declare.
 *
 * The intent never holds a secret: a credential names the environment variable that holds one.
 */

import type { CopyOptionValues } from "./copy-options";
import type { CredentialReference, EncryptionKeyReference, LocationReference } from "./location";
import type { DestroyPolicy, RecopyPolicy, RollbackPolicy } from "./option-values";
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

/**
 * Names of the environment variables through which the provisioner block passes values to the
 * program.
 */
export const ProgramEnvironment = {
  /** The copy intent, as JSON. */
  INTENT: "BLOB_COPY_INTENT",
  /** `self.id` of the `terraform_data` resource: names the receipt. */
  RECEIPT_ID: "BLOB_COPY_RECEIPT_ID",
  /**
   * Id of the deployment. It is kept in Terraform's state, so each state of the same code has its
   * own.
   */
  DEPLOYMENT: "BLOB_COPY_DEPLOYMENT",
  /** Path of a file with one JSON {@link DeclaredPlace} per line, for a destroy. */
  DECLARED: "BLOB_COPY_DECLARED",
  /**
   * Folder for receipts, journals and undelivered messages; relative to Terraform's working
   * directory.
   */
  STATE_DIRECTORY: "BLOB_COPY_STATE_DIRECTORY",
  /** Prefix of the variables that carry secrets held by Terraform. */
  SECRET_PREFIX: "BLOB_COPY_SECRET_",
} as const;

/** One declared copy, with its own options. */
export interface CopyDeclaration extends CopyOptionValues {
  readonly source: LocationReference;
  readonly destination: LocationReference;
}

/** A prefix of blob names in a container: one side of a copy set. */
export interface PrefixReference {
  /** Blob service endpoint, such as `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  readonly containerName: string;
  /** Unescaped; empty for the whole container. */
  readonly prefix: string;
  /** Absent: the default Azure credential for Azure endpoints, anonymous elsewhere. */
  readonly credential?: CredentialReference;
  /** Applies to every blob below the prefix. */
  readonly encryptionKey?: EncryptionKeyReference;
}

/** Copies of all blobs below one prefix to another prefix. */
export interface PrefixCopies {
  readonly source: PrefixReference;
  readonly destination: PrefixReference;
  /**
   * Globs over names relative to the prefix (`*` within a segment, `**` across segments, `?`,
   * `{a,b}`); empty for all.
   */
  readonly include: readonly string[];
  /** Globs of names to leave out, even when included. */
  readonly exclude: readonly string[];
  /**
   * Relative source names to relative destination names; a key that ends in `/` renames everything
   * below it.
   */
  readonly rename: Readonly<Record<string, string>>;
  /** Options of every copy of the set. */
  readonly options: CopyOptionValues;
}

/** Declared copies in a file, for sets too large for an environment variable. */
export interface CopyManifest {
  /**
   * Path of a file with one JSON {@link KeyedCopy} per line, relative to Terraform's working
   * directory. In place of a string it may have an array of texts and indices into `values`, which
   * the program joins.
   */
  readonly file: string;
  /**
   * Values that only Terraform knows, such as endpoints of accounts that it creates. Most are text,
   * but a user's value can turn out to be anything.
   */
  readonly values: readonly unknown[];
}

/** A declared copy of a set. The key names it in results. */
export interface KeyedCopy extends CopyDeclaration {
  readonly key: string;
}

/** Many copies as one resource: a manifest, or everything below a prefix. */
export interface CopySet {
  readonly manifest?: CopyManifest;
  readonly prefixes?: PrefixCopies;
  /**
   * All or nothing: stage every copy, then commit them. If the commit fails, replaced blobs are
   * restored.
   */
  readonly atomic: boolean;
  /** Delete destination blobs that this set copied earlier and that have lost their source. */
  readonly prune: boolean;
  /** Accept a source prefix without blobs; absent where that is an error. */
  readonly allowEmpty?: boolean;
  /**
   * With `DELETE` the set keeps an inventory of its copies, which a destroy uses; absent for
   * `RETAIN`.
   */
  readonly onDestroy?: DestroyPolicy;
  /**
   * Place of the inventory of a manifest with `onDestroy: DELETE`; prefixes have a place of their
   * own.
   */
  readonly inventory?: ManifestInventory;
  /** Maximum number of requests in flight. */
  readonly maxConcurrency: number;
  /**
   * Number of failed copies that are tolerated. After one more, no further copy is started. The run
   * fails in any case.
   */
  readonly maxFailures: number;
  /** Bytes per second for which copies may be started; absent for no limit. */
  readonly bandwidthBytesPerSecond?: number;
  /**
   * Path of the NDJSON file with one {@link BlobResult} per line, relative to Terraform's working
   * directory.
   */
  readonly manifestOut?: string;
  /** Path of the HTML report, relative to Terraform's working directory. */
  readonly report?: string;
  /**
   * Keys (of a manifest), or destination names relative to the prefix, whose receipts are returned
   * as values.
   */
  readonly resultKeys: readonly string[];
}

/** The inventory of a manifest whose copies all go to one container. */
export interface ManifestInventory {
  /** The container: a prefix without characters. */
  readonly destination: PrefixReference;
  /** Owner of the inventory within its deployment: the name of the set's resource. */
  readonly name: string;
  /** Name of the inventory before the set was renamed. */
  readonly formerName?: string;
}

/** An intent that declares a set. */
export type SetIntent = CopyIntent & { readonly set: CopySet };

export const DEFAULT_TIMEOUT_MILLISECONDS = 3_600_000;

/** One task for the program. */
export interface CopyIntent {
  readonly version: typeof INTENT_VERSION;
  /**
   * Construct path, for messages. Without `deployment`, also the owner of everything that a run
   * leaves on the service.
   */
  readonly owner: string;
  /**
   * Owner of everything that a run leaves on the service. The program takes it from its
   * environment. Absent in a run by hand.
   */
  readonly deployment?: string;
  /** Empty in a copy set. */
  readonly copies: readonly CopyDeclaration[];
  readonly set?: CopySet;
  /** false: only start asynchronous copies, and leave them pending. */
  readonly wait: boolean;
  /** Milliseconds for the whole run, including waiting. Then the run aborts with exit code 124. */
  readonly timeoutMilliseconds: number;
  readonly rollback: RollbackPolicy;
  /**
   * {@link RecopyPolicy.EVERY_DEPLOY}: skip copies whose sides are unchanged since they were last
   * copied.
   */
  readonly recopy: RecopyPolicy;
}

/**
 * A destination of the current declaration. A destroy must not delete a blob that the same deploy
 * is about to copy again.
 */
export interface DeclaredPlace {
  /** Construct path, with the key of an element where synth knows the elements. */
  readonly owner: string;
  /** The `placeKey` of the destination; parts that only Terraform knows are in `${…}`. */
  readonly place: string;
  /**
   * Changes when the declaration of the destination changes, not when only a value from Terraform
   * does.
   */
  readonly spelling: string;
}

/** Input of a destroy-time run through `self.input`: Terraform lets such a run read only this. */
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

/**
 * Input of a destroy-time run of a set. The set's inventory, on the service, records its copies.
 */
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
