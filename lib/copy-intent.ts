import type { CopyDeclaration, CopyIntent, CredentialReference, DestroyIntent, LocationReference } from "../src/intent";
import {
  CopyMethod,
  DestroyPolicy,
  INTENT_VERSION,
  OverwritePolicy,
  ProgramEnvironment,
  RecopyPolicy,
  RollbackPolicy,
  SourceGuard,
} from "../src/intent";
import type { BlobCopyConfig } from "./blob-copy-config";
import type { Credential } from "./credential";
import { receiptValue } from "./receipt";
import { timeoutMilliseconds } from "./validation/timeout";

const DEFAULT_TIMEOUT_MILLISECONDS = 3_600_000;

/** Environment variables of the program for the secrets that Terraform holds, by name. */
export type SecretVariables = Map<string, string>;

/** A declaration as the program reads it. Strings may still be tokens. */
export interface DeclaredIntent {
  readonly intent: CopyIntent;
  /** Terraform values that are secrets, by the name of the variable that carries each. */
  readonly secrets: SecretVariables;
}

export function copyIntent(owner: string, config: BlobCopyConfig): DeclaredIntent {
  const secrets: SecretVariables = new Map();
  const intent: CopyIntent = {
    version: INTENT_VERSION,
    owner,
    copies: [copyDeclaration(config, secrets)],
    wait: config.wait ?? true,
    timeoutMilliseconds: timeoutMilliseconds(config.timeout) ?? DEFAULT_TIMEOUT_MILLISECONDS,
    rollback: config.rollback ?? RollbackPolicy.RESTORE,
    recopy: config.recopy ?? RecopyPolicy.ON_INTENT_CHANGE,
  };
  return { intent, secrets };
}

/**
 * What must change for an unchanged resource to copy again. Terraform compares it as a whole, and shows the field that changed.
 *
 * No credential is in it, so that rotating or renaming one copies nothing; neither is anything that only says how to copy.
 */
export function fingerprint(config: BlobCopyConfig): Record<string, unknown> {
  return {
    source: config.source._place,
    destination: config.destination._place,
    metadata: config.metadata,
    tags: config.tags,
    copySourceTags: config.copySourceTags,
    contentHeaders: config.contentHeaders,
    accessTier: config.accessTier,
    overwrite: config.overwrite,
    method: config.method,
    sourceConditions: config.sourceConditions,
    destinationConditions: config.destinationConditions,
    copyTriggers: config.copyTriggers,
    appliedAt: config.recopy === RecopyPolicy.EVERY_DEPLOY ? "${timestamp()}" : undefined,
  };
}

/** Whether a destroy has anything to do: a blob to delete, or a pending copy to abort. */
export function actsOnDestroy(config: BlobCopyConfig): boolean {
  return config.onDestroy === DestroyPolicy.DELETE || config.wait === false;
}

/** A destroy intent whose receipt Terraform fills in. */
export interface DeclaredDestroyIntent extends Omit<DestroyIntent, "receipt"> {
  readonly receipt: Readonly<Record<keyof DestroyIntent["receipt"], string>>;
}

/** `resultAddress` is the HCL address of the resource that keeps the receipt. */
export function destroyIntent(owner: string, config: BlobCopyConfig, resultAddress: string): DeclaredDestroyIntent {
  const value = (attribute: keyof DestroyIntent["receipt"]): string => `\${${receiptValue(resultAddress, attribute, false)}}`;
  return {
    version: INTENT_VERSION,
    owner,
    destination: location(config.destination, undefined),
    destinationLeaseId: config.destinationLeaseId,
    onDestroy: config.onDestroy ?? DestroyPolicy.RETAIN,
    receipt: { etag: value("etag"), copyId: value("copyId"), copyStatus: value("copyStatus"), versionId: value("versionId") },
  };
}

function copyDeclaration(config: BlobCopyConfig, secrets: SecretVariables): CopyDeclaration {
  return {
    source: location(config.source, secrets),
    destination: location(config.destination, secrets),
    metadata: config.metadata,
    tags: config.tags,
    copySourceTags: config.copySourceTags,
    contentHeaders: config.contentHeaders,
    accessTier: config.accessTier,
    rehydratePriority: config.rehydratePriority,
    overwrite: config.overwrite ?? OverwritePolicy.ALWAYS,
    method: config.method ?? CopyMethod.AUTO,
    sourceGuard: config.sourceGuard ?? SourceGuard.ETAG,
    destinationLeaseId: config.destinationLeaseId,
    sourceConditions: config.sourceConditions,
    destinationConditions: config.destinationConditions,
  };
}

interface Side {
  readonly _place: LocationReference;
  readonly _credential: Credential | undefined;
}

function location(side: Side, secrets: SecretVariables | undefined): LocationReference {
  return { ...side._place, credential: credentialReference(side._credential, secrets) };
}

/** Without `secrets` (at destroy, where nothing could carry one) a Terraform-held secret has no variable; validation refuses it. */
function credentialReference(credential: Credential | undefined, secrets: SecretVariables | undefined): CredentialReference | undefined {
  if (credential === undefined) return undefined;
  let variable = credential._variable;
  if (credential._secret !== undefined && secrets !== undefined) {
    variable = `${ProgramEnvironment.SECRET_PREFIX}${secrets.size + 1}`;
    secrets.set(variable, credential._secret);
  }
  return { kind: credential._kind, variable, accountName: credential._accountName };
}
