import type { ReadableSource } from "../../engine/ports/blob-store";
import { CopyMethod } from "../../intent";
import type { CopySourceAccess, Credential, Delegation } from "../credential/credential";
import type { Target } from "../credential/target";
import { sourceUrl } from "./source-url";

/** Decides how the service may read a source. */
export class ReadableSources {
  /** By account: those of this run's destinations. */
  readonly #writers = new Map<string, Set<Credential>>();

  constructor(private readonly delegation: Delegation) {}

  noteDestination(account: string, { credential }: Target): void {
    const writers = this.#writers.get(account) ?? new Set();
    this.#writers.set(account, writers.add(credential));
  }

  /** See SourceObject.readable; rejects with CopyFailure when there is no way. */
  async readable(source: Target, method: CopyMethod, destinationAccount: string, lifetimeMilliseconds: number): Promise<ReadableSource> {
    const { blob, credential } = source;
    const isAsynchronous = method === CopyMethod.COPY_BLOB;
    if (isAsynchronous && this.#isCovered(source, destinationAccount)) return { url: sourceUrl(blob, "") };
    const request = { source: blob, scope: "blob", isAsynchronous, lifetimeMilliseconds, delegation: this.delegation } as const;
    const { query, authorization, fileRequestIntent } = await credential.asCopySource(request);
    const url = sourceUrl(blob, query);
    if (authorization === undefined) return { url };
    return { url, authorization: await authorization(), ...(fileRequestIntent === undefined ? {} : { fileRequestIntent }) };
  }

  /** How the service may read any blob of a container with the synchronous methods. */
  async readableContainer({ blob, credential }: Target, lifetimeMilliseconds: number): Promise<CopySourceAccess> {
    const { delegation } = this;
    return credential.asCopySource({ source: blob, scope: "container", isAsynchronous: false, lifetimeMilliseconds, delegation });
  }

  /** Whoever writes to the source's own account with a credential that may read the source needs no other one. */
  #isCovered({ blob, credential }: Target, destinationAccount: string): boolean {
    if (blob.kind !== "blob" || blob.account !== destinationAccount) return false;
    const writers = [...(this.#writers.get(destinationAccount) ?? [])];
    return writers.length > 0 && writers.every((writer) => writer.covers(credential));
  }
}
