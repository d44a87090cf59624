import type { Clock } from "../../engine/ports/clock";
import { badIntent } from "../../failure/bad-intent";
import type { Side } from "../../failure/service-error";
import type { BlobUrl } from "../address/blob-url";
import { SharedKey } from "../signing/shared-key";
import { AccountKey } from "./account-key";
import { parseConnectionString } from "./connection-string";
import type { Credential } from "./credential";
import { SasCredential } from "./sas-credential";

/** The value of an environment variable, and what it is for. Failures name the variable and never the value. */
export interface Secret {
  readonly value: string;
  readonly variable: string;
  readonly blob: BlobUrl;
  readonly side: Side;
}

/** @throws CopyFailure (exit code 2) */
export function sasFrom({ value, variable, blob, side }: Secret): Credential {
  const query = value.replace(/^\?/, "");
  // Elsewhere than in Azure the query may be any presigned one.
  const isSigned = blob.kind === "web" || /(^|&)sig=./.test(query);
  if (!/^[\x21-\x7e]+$/.test(query) || /^https?:/i.test(query) || query.includes("#") || !isSigned) {
    throw badIntent(
      side,
      `the environment variable ${variable} does not hold a SAS`,
      "Set it to the query alone, sv=…&sig=…, without the URL before it.",
    );
  }
  return new SasCredential(query);
}

/** @throws CopyFailure (exit code 2) */
export function accountKeyFrom({ value, variable, blob, side }: Secret, declaredAccount: string | undefined, clock: Clock): Credential {
  const accountName = declaredAccount ?? blob.accountName;
  if (accountName === undefined) {
    throw badIntent(
      side,
      `${blob.endpoint.authority} does not tell the storage account that the key in ${variable} belongs to`,
      "Declare the account name with the key.",
    );
  }
  if (blob.accountName !== undefined && blob.accountName !== accountName) {
    throw badIntent(
      side,
      `the key in ${variable} belongs to the account ${accountName}, but the ${side} is in ${blob.accountName}`,
      "Name the variable that holds the key of that account.",
    );
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value) || value.length % 4 !== 0) {
    throw badIntent(
      side,
      `the environment variable ${variable} does not hold an account key`,
      "Set it to the key as the portal or `az storage account keys list` shows it: base64.",
    );
  }
  return new AccountKey(new SharedKey(accountName, Buffer.from(value, "base64")), clock);
}

/** @throws CopyFailure (exit code 2) */
export function connectionStringFrom(secret: Secret, clock: Clock): Credential {
  const parsed = parseConnectionString(secret.value);
  if (parsed?.accountKey !== undefined) return accountKeyFrom({ ...secret, value: parsed.accountKey }, parsed.accountName, clock);
  if (parsed?.sharedAccessSignature !== undefined) return sasFrom({ ...secret, value: parsed.sharedAccessSignature });
  throw badIntent(
    secret.side,
    `the environment variable ${secret.variable} does not hold a connection string`,
    "Set it to one with AccountName and AccountKey, or with SharedAccessSignature.",
  );
}
