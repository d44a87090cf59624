import type { UserDelegationKey } from "@azure/storage-blob";
import type { Clock } from "../../engine/ports/clock";
import type { ReadableSource } from "../../engine/ports/blob-store";
import { CopyFailure } from "../../failure/copy-failure";
import { CopyMethod } from "../../intent";
import { ExitCode } from "../../failure/exit-code";
import { badIntent } from "../../failure/bad-intent";
import { loadSdk } from "../sdk/load-sdk";
import type { Target } from "../rest/rest-client";
import { type SasLifetime, mintContainerReadSas, mintReadSas } from "../credential/sas";
import { serviceErrorFromSdk } from "../sdk/sdk-error";
import type { TokenCache } from "../credential/token-cache";

const MINUTE = 60_000;
/** So that a service whose clock is behind takes the SAS at once. */
const START_IN_THE_PAST = 15 * MINUTE;
/** So that the service can still read at the very end of the lifetime. */
const MARGIN = 15 * MINUTE;
/** The service gives no user delegation key for longer. */
const LONGEST_LIFETIME = 7 * 24 * 60 * MINUTE;
/** Characters; of `x-ms-copy-source`. */
const LONGEST_URL = 2_048;

interface KeptKey {
  readonly expiresOn: Date;
  readonly key: Promise<UserDelegationKey>;
}

export interface ReadableContainer {
  readonly query: string;
  readonly tokens: TokenCache | undefined;
}

/** Decides how the service may read a source. */
export class ReadableSources {
  readonly #accountsWrittenWithSas = new Set<string>();
  readonly #userDelegationKeys = new Map<string, KeptKey>();

  constructor(private readonly clock: Clock) {}

  /** The credential of a destination is enough for a source in its account, unless it is a SAS. */
  noteDestination(account: string, { credential }: Target): void {
    if (credential.kind === "sas") this.#accountsWrittenWithSas.add(account);
  }

  /** See SourceObject.readable; rejects with CopyFailure when there is no way. */
  async readable(source: Target, method: CopyMethod, destinationAccount: string, lifetimeMilliseconds: number): Promise<ReadableSource> {
    const { blob, credential } = source;
    const bare = blob.query === "" ? blob.url : `${blob.url}?${blob.query}`;
    const withSas = (sas: string): ReadableSource => ({ url: shortEnough(`${bare}${blob.query === "" ? "?" : "&"}${sas}`, source) });
    const isAsynchronous = method === CopyMethod.COPY_BLOB;
    const covered =
      isAsynchronous &&
      blob.kind === "blob" &&
      blob.account === destinationAccount &&
      !this.#accountsWrittenWithSas.has(destinationAccount);
    switch (credential.kind) {
      case "anonymous":
        return { url: shortEnough(bare, source) };
      case "sas":
        return withSas(credential.query);
      case "shared-key":
        return covered
          ? { url: shortEnough(bare, source) }
          : withSas(mintReadSas(credential.key, blob, this.#lifetime(lifetimeMilliseconds)));
      case "bearer": {
        if (covered) return { url: shortEnough(bare, source) };
        if (isAsynchronous) return withSas(await this.#userDelegationSas(source, lifetimeMilliseconds));
        const authorization = `Bearer ${await credential.tokens.get()}`;
        return { url: shortEnough(bare, source), authorization, ...(blob.kind === "file" ? { fileRequestIntent: "backup" } : {}) };
      }
    }
  }

  /** How the service may read any blob of a container with the synchronous methods: a query for its URL, without `?`, or a token. */
  readableContainer({ blob, credential }: Target, lifetimeMilliseconds: number): ReadableContainer {
    switch (credential.kind) {
      case "anonymous":
        return { query: "", tokens: undefined };
      case "sas":
        return { query: credential.query, tokens: undefined };
      case "shared-key":
        return { query: mintContainerReadSas(credential.key, blob, this.#lifetime(lifetimeMilliseconds)), tokens: undefined };
      case "bearer":
        return { query: "", tokens: credential.tokens };
    }
  }

  #lifetime(milliseconds: number): SasLifetime {
    const now = this.clock.now();
    return { startsOn: new Date(now - START_IN_THE_PAST), expiresOn: new Date(now + Math.min(milliseconds + MARGIN, LONGEST_LIFETIME)) };
  }

  async #userDelegationSas(source: Target, lifetimeMilliseconds: number): Promise<string> {
    const { blob, side } = source;
    if (blob.kind !== "blob" || blob.accountName === undefined || blob.account === undefined) {
      throw badIntent(
        side,
        "Copy Blob reads it with a SAS only, and none can be made for it from a token",
        "Declare a SAS or the account key as its credential, or leave the copy method to the program.",
      );
    }
    const lifetime = this.#lifetime(lifetimeMilliseconds);
    const key = await this.#userDelegationKey(blob.account, source, lifetime);
    return loadSdk().mintUserDelegationSas(key, blob.accountName, blob, lifetime);
  }

  /** One key serves all the blobs of an account, as long as it outlives their SAS. */
  #userDelegationKey(account: string, source: Target, lifetime: SasLifetime): Promise<UserDelegationKey> {
    const kept = this.#userDelegationKeys.get(account);
    if (kept !== undefined && kept.expiresOn >= lifetime.expiresOn) return kept.key;
    // As long as the service allows, so that it need not be fetched again for the next blob of the set.
    const expiresOn = new Date(this.clock.now() + LONGEST_LIFETIME);
    const key = loadSdk()
      .getUserDelegationKey(source, { startsOn: lifetime.startsOn, expiresOn })
      .catch((error: unknown) => {
        this.#userDelegationKeys.delete(account);
        throw serviceErrorFromSdk(error, source, "Get User Delegation Key");
      });
    this.#userDelegationKeys.set(account, { expiresOn, key });
    return key;
  }
}

function shortEnough(url: string, source: Target): string {
  return checkSourceUrl(url, source.blob.url);
}

/** Gives the URL back if the service takes it as a copy source; `name` is the same without any query. */
export function checkSourceUrl(url: string, name: string): string {
  if (url.length <= LONGEST_URL) return url;
  throw new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `${name} cannot be copied`,
    side: "source",
    why: `its URL has ${url.length} characters with what the service needs to read it, and the service takes ${LONGEST_URL}`,
    remedy: "Give the source a shorter name, or declare the default Azure credential for it, which needs no SAS in the URL.",
  });
}
