import type { Clock } from "../../engine/ports/clock";
import { badIntent } from "../../failure/bad-intent";
import type { Side } from "../../failure/service-error";
import { hostOf, meantAddress } from "../../intent";
import type { BlobUrl } from "../address/blob-url";
import { SharedKey } from "../signing/shared-key";
import { AccountKey } from "./account-key";
import { otherServiceOf, parseConnectionString } from "./given/connection-string";
import type { Credential } from "./credential";
import { ACCOUNT_KEY_BYTES, pastedKey, pastedSas } from "./given/pasted";
import { SasCredential } from "./sas-credential";

/**
 * The value of an environment variable, and its purpose. Errors name the variable and never the
 * value.
 */
export interface Secret {
  readonly value: string;
  readonly variable: string;
  readonly blob: BlobUrl;
  readonly side: Side;
}

/** @throws CopyFailure (exit code 2) */
export function sasFrom(secret: Secret): Credential {
  const { value, variable, blob, side } = secret;
  const inString = parseConnectionString(value)?.sharedAccessSignature;
  if (inString !== undefined) return sasFrom({ ...secret, value: inString });
  const query = pastedSas(value, blob);
  if (query === undefined) {
    throw badIntent(
      side,
      `the SAS URL in ${variable} has another host than the ${side}, ${blob.endpoint.authority}`,
      "Name the variable that holds the SAS of that account, or correct the URL.",
    );
  }
  // Outside Azure the query may be any presigned one.
  const isSigned = blob.kind === "web" || /(^|&)sig=./.test(query);
  if (!/^[\x21-\x7e]+$/.test(query) || /^https?:/i.test(query) || query.includes("#") || !isSigned) {
    throw badIntent(
      side,
      `the environment variable ${variable} does not hold a SAS`,
      isKey(value)
        ? "It holds an account key: declare Credential.accountKeyFromEnvironment, or set it to a SAS."
        : "Set it to a SAS, the query sv=…&sig=… of its URL.",
    );
  }
  return new SasCredential(query);
}

/** @throws CopyFailure (exit code 2) */
export function accountKeyFrom(secret: Secret, declaredAccount: string | undefined, clock: Clock): Credential {
  const { variable, blob, side } = secret;
  const inString = parseConnectionString(secret.value);
  if (inString?.accountKey !== undefined) return connectionStringFrom(secret, clock, declaredAccount);
  const value = pastedKey(secret.value);
  const accountName = declaredAccount ?? blob.accountName;
  if (accountName === undefined) {
    throw badIntent(
      side,
      `${blob.endpoint.authority} does not show to which storage account the key in ${variable} belongs`,
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
      /(?:^|[?&])sig=/.test(value)
        ? "It holds a SAS: declare Credential.sasFromEnvironment, or set it to the key."
        : "Set it to the key as the portal or `az storage account keys list` shows it: base64.",
    );
  }
  const bytes = Buffer.from(value, "base64").length;
  if (isCutOff(bytes)) {
    throw badIntent(
      side,
      `the key in ${variable} has ${bytes} bytes, but the key of a storage account has ${ACCOUNT_KEY_BYTES}`,
      "It is cut off, or another kind of secret: set it to the whole key, as `az storage account keys list` shows it.",
    );
  }
  return new AccountKey(new SharedKey(accountName, Buffer.from(value, "base64")), clock);
}

/** @throws CopyFailure (exit code 2) */
export function connectionStringFrom(secret: Secret, clock: Clock, declaredAccount?: string): Credential {
  const { value, variable, blob, side } = secret;
  const parsed = parseConnectionString(value);
  const other = otherServiceOf(value);
  if (other !== undefined)
    throw badIntent(side, `the connection string in ${variable} is for ${other}`, "Set it to that of the storage account.");
  if (parsed === undefined) {
    if (isKey(value)) return accountKeyFrom(secret, declaredAccount, clock);
    if (/(?:^|[?&])sig=/.test(value)) return sasFrom(secret);
    throw badIntent(
      side,
      `the environment variable ${variable} does not hold a connection string`,
      "Set it to one with AccountName and AccountKey, or with SharedAccessSignature.",
    );
  }
  const named = parsed.blobEndpoint === undefined ? undefined : hostOf(meantAddress(parsed.blobEndpoint));
  if (named?.service !== undefined && blob.endpoint.service !== undefined && named.accountName !== blob.accountName) {
    throw badIntent(
      side,
      `the connection string in ${variable} belongs to the account ${named.accountName ?? ""}, but the ${side} is in ${blob.accountName ?? ""}`,
      "Name the variable that holds the connection string of that account.",
    );
  }
  const { accountKey, sharedAccessSignature = "" } = parsed;
  if (accountKey === undefined) return sasFrom({ ...secret, value: sharedAccessSignature });
  return accountKeyFrom({ ...secret, value: accountKey }, declaredAccount ?? parsed.accountName, clock);
}

/** Much shorter keys are accepted: they are those of stand-ins for the service. */
function isCutOff(bytes: number): boolean {
  return bytes > ACCOUNT_KEY_BYTES / 2 && bytes < ACCOUNT_KEY_BYTES;
}

function isKey(value: string): boolean {
  return /^[A-Za-z0-9+/]{86}={0,2}$/.test(pastedKey(value));
}
