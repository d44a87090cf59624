import type { ReadableSource, SourceAccess } from "../../engine/ports/requests";
import { CopyMethod, isAsynchronous } from "../../intent";
import type { CopySourceAccess, Delegation } from "../credential/credential";
import { requireSecure } from "../credential/secure-transport";
import type { Target } from "../credential/target";
import { sourceUrl } from "./source-url";
import { defined } from "../../util/defined";

/**
 * The source's token or key is sent to the destination's endpoint, which must therefore be secure.
 */
function checkTransport(
  { blob }: Target,
  { authorization, encryptionKey }: { readonly authorization?: unknown; readonly encryptionKey?: unknown },
): void {
  if (authorization !== undefined) requireSecure(blob.endpoint, "destination", "source");
  if (encryptionKey !== undefined) requireSecure(blob.endpoint, "destination", "source", "encryption key");
}

interface Reading {
  readonly method: CopyMethod;
  readonly destinationAccount: string;
  readonly lifetimeMilliseconds: number;
  readonly access: SourceAccess;
}

/** Chooses the access with which the service reads a source. */
export class ReadableSources {
  /** Destinations of this run, by account. */
  readonly #destinations = new Map<string, Target[]>();

  constructor(private readonly delegation: Delegation) {}

  noteDestination(account: string, target: Target): void {
    const known = this.#destinations.get(account) ?? [];
    const { credential, blob } = target;
    const isKnown = known.some((other) => other.credential === credential && other.blob.endpoint.protocol === blob.endpoint.protocol);
    if (!isKnown) this.#destinations.set(account, [...known, target]);
  }

  /** See SourceObject.readable. Rejects with CopyFailure if the service cannot read the source. */
  async readable(source: Target, { method, destinationAccount, lifetimeMilliseconds, access }: Reading): Promise<ReadableSource> {
    const { blob, credential } = source;
    // Incremental Copy Blob needs a SAS even within an account.
    if (method === CopyMethod.COPY_BLOB && this.#isCovered(source, destinationAccount)) return { url: sourceUrl(blob, "") };
    const reading = { access, isAsynchronous: isAsynchronous(method), lifetimeMilliseconds, delegation: this.delegation };
    const request = { source: blob, scope: "blob", ...reading } as const;
    const { query, authorization, fileRequestIntent } = await credential.asCopySource(request);
    const { encryptionKey } = source;
    const readable = { url: sourceUrl(blob, query), ...defined({ encryptionKey, fileRequestIntent }) };
    for (const destination of this.#destinations.get(destinationAccount) ?? [])
      checkTransport(destination, { authorization, encryptionKey });
    return authorization === undefined ? readable : { ...readable, authorization: await authorization() };
  }

  /** Access with which the synchronous methods let the service read any blob of a container. */
  async readableContainer(
    { blob, credential, encryptionKey }: Target,
    destination: Target,
    lifetimeMilliseconds: number,
    access: SourceAccess,
  ): Promise<CopySourceAccess> {
    const { delegation } = this;
    const request = { source: blob, scope: "container", access, isAsynchronous: false, lifetimeMilliseconds, delegation } as const;
    const reading = await credential.asCopySource(request);
    checkTransport(destination, { ...reading, encryptionKey });
    return reading;
  }

  /**
   * Within the source's own account, the destination's credential is enough if it may also read the
   * source.
   */
  #isCovered({ blob, credential }: Target, destinationAccount: string): boolean {
    if (blob.kind !== "blob" || blob.account !== destinationAccount) return false;
    const destinations = this.#destinations.get(destinationAccount) ?? [];
    return destinations.length > 0 && destinations.every((destination) => destination.credential.covers(credential));
  }
}
