import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { DestroyPolicy } from "../../src/intent";
import type { Problems } from "../framework/problems";
import { show } from "../framework/tokens";
import { isSide } from "../shapes/side";
import type { BlobCopyProps } from "./vocabulary/blob-copy-props";

export const DEFAULT_TIMEOUT = Duration.minutes(50);
/**
 * CloudFormation waits one hour for a custom resource. Part of it is kept for undoing the copy and
 * reporting the failure.
 */
const MAX_MINUTES = 55;

/** Returns the intent's policy for the copied blobs when the resource is removed. */
export function destroyPolicyOf(removalPolicy: RemovalPolicy | undefined): DestroyPolicy {
  return removalPolicy === RemovalPolicy.DESTROY ? DestroyPolicy.DELETE : DestroyPolicy.RETAIN;
}

/** A destination, or a destination prefix. */
interface Written {
  readonly _credential: unknown;
  readonly _problems: readonly string[];
}

/**
 * Adds problems with options that a custom resource of CloudFormation cannot carry out, and with a
 * missing credential.
 */
export function checkCustomResource(
  { timeout, removalPolicy, wait }: Partial<Pick<BlobCopyProps, "timeout" | "removalPolicy" | "wait">>,
  written: Written | undefined,
  problems: Problems,
): void {
  const side = isSide(written, "destination") ? "destination" : isSide(written, "destination prefix") ? "to" : undefined;
  const instead = side === "to" ? "or split the set" : "or wait: false for a copy that takes longer";
  if (timeout !== undefined && !timeout.isUnresolved()) {
    const seconds = timeout.toSeconds({ integral: false });
    if (seconds < 1) problems.add(`timeout ${timeout.toString()} is out of range: at least Duration.seconds(1).`);
    if (seconds > MAX_MINUTES * 60) {
      problems.add(
        wait === false
          ? `timeout ${timeout.toString()} is given with wait: false, which only starts the copy; remove it, or give at most Duration.minutes(${MAX_MINUTES}).`
          : `timeout ${timeout.toString()} is too long: CloudFormation waits 1 hour for a custom resource, and 5 minutes of it are kept for undoing the copy; give at most Duration.minutes(${MAX_MINUTES}), ${instead}.`,
      );
    }
  }
  if (removalPolicy !== undefined && removalPolicy !== RemovalPolicy.RETAIN && removalPolicy !== RemovalPolicy.DESTROY)
    problems.add(
      `removalPolicy ${show(removalPolicy)} is not one that a blob can have; use RemovalPolicy.RETAIN or RemovalPolicy.DESTROY.`,
    );
  // A wrong value in place of the credential is already one of the side's own problems.
  if (side !== undefined && written?._credential === undefined && written?._problems.length === 0) problems.add(noCredential(side));
}

/** The function that copies does not have an Azure identity of its own. */
export function noCredential(side: string): string {
  return `${side}.credential must be given: Credential.webIdentity, Credential.fromSecretsManager or Credential.fromSsmParameter.`;
}
