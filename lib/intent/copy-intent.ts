import type { CopyIntent, DestroyIntent } from "../../src/intent";
import { DestroyPolicy, INTENT_VERSION, RecopyPolicy } from "../../src/intent";
import type { BlobCopyConfig } from "../vocabulary/blob-copy-config";
import { allAsWritten, asWritten } from "../framework/hcl";
import type { WrittenCopy } from "./declared-copy";
import { reference, resultingOptions, writtenCopy } from "./declared-copy";
import { receiptValue } from "./receipt";
import type { SecretVariables } from "./secret-variables";
import { timeoutMilliseconds } from "./timeout";

/** The intent of one copy, before the program adds its defaults. Strings may still be tokens. */
export interface WrittenIntent extends WrittenRun {
  readonly copies: readonly WrittenCopy[];
  readonly wait?: boolean;
}

/** Part of an intent that describes the run as a whole, independent of its copies. */
export type WrittenRun = Pick<CopyIntent, "version" | "owner"> & Partial<Pick<CopyIntent, "timeoutMilliseconds" | "rollback" | "recopy">>;

export function copyIntent(owner: string, config: BlobCopyConfig, secrets: SecretVariables): WrittenIntent {
  return { ...writtenRun(owner, config), copies: [allAsWritten(writtenCopy(config, secrets))], wait: config.wait };
}

export function writtenRun(owner: string, config: Pick<BlobCopyConfig, "timeout" | "rollback" | "recopy">): WrittenRun {
  return {
    version: INTENT_VERSION,
    owner: asWritten(owner),
    timeoutMilliseconds: timeoutMilliseconds(config.timeout),
    rollback: config.rollback,
    recopy: config.recopy,
  };
}

/**
 * Returns the values whose change makes an existing resource copy again. Terraform compares them as
 * a whole, and shows the field that changed.
 *
 * They do not include credentials, so that rotating or renaming one does not copy again, or options
 * that only say how to copy.
 */
export function fingerprint(config: BlobCopyConfig): Record<string, unknown> {
  const { source, destination } = config;
  return {
    ...allAsWritten({ source: source._place, destination: destination._place, ...resultingOptions(config, destination) }),
    ...runFingerprint(config),
  };
}

export function runFingerprint(config: Pick<BlobCopyConfig, "copyTriggers" | "recopy">): Record<string, unknown> {
  return {
    copyTriggers: allAsWritten(config.copyTriggers),
    appliedAt: config.recopy === RecopyPolicy.EVERY_DEPLOY ? "${timestamp()}" : undefined,
  };
}

/** Returns whether a destroy has work to do: a blob to delete, or a pending copy to abort. */
export function actsOnDestroy(config: BlobCopyConfig): boolean {
  return config.onDestroy === DestroyPolicy.DELETE || config.wait === false;
}

/** A destroy intent whose receipt is filled in by Terraform. */
export interface DeclaredDestroyIntent extends Omit<DestroyIntent, "receipt"> {
  readonly receipt: Readonly<Required<Record<keyof DestroyIntent["receipt"], string>>>;
}

/** The construct's path, and HCL for the id of the deployment that it belongs to. */
export interface DestroyOwner {
  readonly owner: string;
  readonly deployment: string;
  readonly spelling: string;
}

/** @param resultAddress HCL address of the resource that keeps the receipt */
export function destroyIntent(
  { owner, deployment, spelling }: DestroyOwner,
  config: BlobCopyConfig,
  resultAddress: string,
): DeclaredDestroyIntent {
  const value = (attribute: Exclude<keyof DestroyIntent["receipt"], "origin">): string =>
    `\${${receiptValue(resultAddress, attribute, false)}}`;
  return {
    version: INTENT_VERSION,
    owner: asWritten(owner),
    deployment: `\${${deployment}}`,
    destination: allAsWritten(reference(config.destination, undefined)),
    spelling,
    destinationLeaseId: config.destinationLeaseId,
    onDestroy: config.onDestroy ?? DestroyPolicy.RETAIN,
    receipt: {
      etag: value("etag"),
      copyId: value("copyId"),
      copyStatus: value("copyStatus"),
      versionId: value("versionId"),
      // Receipts of earlier versions do not have it.
      origin: `\${try(${resultAddress}.output.origin, "")}`,
    },
  };
}
