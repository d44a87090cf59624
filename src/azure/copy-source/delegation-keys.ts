import type { SourceAccess } from "../../engine/ports/requests";
import type { Clock } from "../../engine/ports/clock";
import { badIntent } from "../../failure/bad-intent";
import type { BlobUrl } from "../address/blob-url";
import type { Credential, Delegation } from "../credential/credential";
import { RetryPolicy } from "../http/retry";
import { rememberSas } from "../identity/origins";
import type { RestClient } from "../rest/rest-client";
import { keyInfoXml, parseUserDelegationKey } from "../rest/user-delegation-xml";
import { mintDelegatedReadSas, type UserDelegationKey } from "../signing/delegation-sas";
import { START_IN_THE_PAST, type SasLifetime } from "../signing/sas-lifetime";

const MINUTE = 60_000;
/**
 * Milliseconds. The service issues keys for at most 7 days from its own time. This machine's clock
 * may be ahead of it, so the limit is 30 minutes less.
 */
const MAX_LIFETIME = (7 * 24 * 60 - 30) * MINUTE;
/**
 * Milliseconds. A copy that may outlast every key needs a key that is at most this old: a newer one
 * would last only this much longer.
 */
const NEARLY_NEW = 60 * MINUTE;

/** A key that has just replaced a refused one is not replaced within this time. */
const QUIET = 1 * MINUTE;

interface KeptKey {
  readonly expiresOn: Date;
  readonly key: Promise<UserDelegationKey>;
  /** Milliseconds since the epoch. A refusal before this time is not because of the key. */
  readonly doubtedFrom: number;
  isRefused: boolean;
}

/**
 * User delegation keys. One key for each account and identity serves all blobs, for as long as the
 * service allows.
 */
export class DelegationKeys implements Delegation {
  readonly #kept = new Map<Credential, Map<string, KeptKey>>();

  constructor(
    private readonly client: RestClient,
    private readonly clock: Clock,
  ) {}

  /**
   * Rejects with CopyFailure if a SAS cannot be made from a token, and otherwise like the request
   * for the key.
   */
  async mintReadSas(source: BlobUrl, access: SourceAccess, credential: Credential, asked: SasLifetime): Promise<string> {
    const { startsOn, expiresOn } = asked;
    const { account, accountName } = source;
    if (accountName === undefined || account === undefined) {
      throw badIntent(
        "source",
        "Copy Blob reads it only with a SAS, and its URL does not show the storage account for which to make a SAS from the token",
        "Use the account's own blob endpoint, declare a SAS as its credential, or leave the copy method to the program.",
      );
    }
    const latest = this.clock.now() + MAX_LIFETIME;
    const neededUntil = expiresOn.getTime() > latest ? new Date(latest - NEARLY_NEW) : expiresOn;
    const kept = this.#key(account, source, credential, neededUntil);
    const lifetime = { startsOn, expiresOn: new Date(Math.min(expiresOn.getTime(), kept.expiresOn.getTime())) };
    const sas = mintDelegatedReadSas(await kept.key, accountName, source, access, lifetime);
    rememberSas(sas, {
      get: () => (kept.isRefused ? this.mintReadSas(source, access, credential, asked) : sas),
      replaceRefused: () => this.#replaceRefused(kept),
    });
    return sas;
  }

  /**
   * The account's owner can revoke all its keys at any time. Returns whether the next SAS is made
   * with another key.
   */
  #replaceRefused(kept: KeptKey): boolean {
    if (kept.isRefused) return true;
    return (kept.isRefused = this.clock.now() >= kept.doubtedFrom);
  }

  #key(account: string, source: BlobUrl, credential: Credential, neededUntil: Date): KeptKey {
    const keys = this.#kept.get(credential) ?? new Map<string, KeptKey>();
    this.#kept.set(credential, keys);
    const kept = keys.get(account);
    if (kept !== undefined && !kept.isRefused && kept.expiresOn >= neededUntil) return kept;
    const now = this.clock.now();
    const [startsOn, expiresOn] = [new Date(now - START_IN_THE_PAST), new Date(now + MAX_LIFETIME)];
    const key = this.#fetch(source, credential, { startsOn, expiresOn }).catch((error: unknown) => {
      keys.delete(account);
      throw error;
    });
    const fresh = { expiresOn, key, doubtedFrom: kept?.isRefused === true ? now + QUIET : now, isRefused: false };
    keys.set(account, fresh);
    return fresh;
  }

  #fetch(source: BlobUrl, credential: Credential, lifetime: SasLifetime): Promise<UserDelegationKey> {
    const path = new URL(source.serviceUrl).pathname;
    const service = { ...source, path, query: "", url: source.serviceUrl, containerName: "", blobName: "" };
    return this.client.read(
      { side: "source", blob: service, credential },
      {
        operation: "Get User Delegation Key",
        method: "POST",
        query: [
          ["restype", "service"],
          ["comp", "userdelegationkey"],
        ],
        headers: { "content-type": "application/xml" },
        body: keyInfoXml(lifetime),
        retryPolicy: RetryPolicy.SHORT,
        repeatable: true,
      },
      parseUserDelegationKey,
    );
  }
}
