import { CopyMethod, OverwritePolicy, isPrintable } from "../../../intent";
import { ExitCode } from "../../../failure/exit-code";
import type { Clock } from "../../ports/clock";
import { CopyFailure } from "../../../failure/copy-failure";
import { explain } from "../../../failure/explain";
import { whyRefused } from "../../plan/refusal";
import { changedMeanwhile, isOfAnotherType, isUnsure, sourceChanged } from "../../../failure/service-codes";
import type { RequestGate, Rest } from "../flow/request-gate";
import type { BlobCopier, BlobContainer, CopyGuards, CopyOptions } from "../../ports/blob-container";
import { withoutMarks } from "../../recovery/marks";
import type { ListedCopy } from "../plan/planned-blob";
import type { WrittenBlob } from "../outcome/blob-outcomes";

export interface OneRequestContext {
  readonly clock: Clock;
  readonly gate: RequestGate;
  /** Aborted when no further request may be sent. */
  readonly ended: AbortSignal;
  readonly lifetimeMilliseconds: number;
  /** Aborted when responses are no longer awaited. */
  readonly abandon: AbortSignal;
}

/**
 * How Put Blob From URL ended. `look again`: the listings may be outdated, or the service wants
 * another method.
 */
export type OneRequestEnd =
  | { readonly kind: "copied"; readonly written: WrittenBlob; readonly milliseconds: number }
  | { readonly kind: "look again" | "not sent" }
  | { readonly kind: "failed"; readonly failure: CopyFailure; readonly milliseconds: number };

/**
 * Put Blob From URL, pinned to the listed ETag of the source: one request, without an inspection
 * before or after it. The ETag proves the length, and the MD5 in the response proves the bytes. A
 * failure leaves the destination untouched, so nothing is noted.
 */
export class OneRequestCopies {
  readonly #copiers = new Map<CopyOptions, Map<BlobContainer, Map<BlobContainer, Promise<BlobCopier>>>>();

  constructor(private readonly context: OneRequestContext) {}

  /** `onThrottled` is called each time the request gives up its place in flight for a while. */
  async copy(blob: ListedCopy, onThrottled: () => void): Promise<OneRequestEnd> {
    const { clock, gate, ended } = this.context;
    const { source, destinationName } = blob;
    const startedAt = clock.now();
    try {
      const copier = await this.#copierFor(blob);
      const send = (rest: Rest) => copier.copy(source.name, destinationName, guardsOf(blob), restAndReport(rest, onThrottled));
      const written = await gate.run(source.length, send, ended);
      const milliseconds = clock.now() - startedAt;
      if (written.contentMd5 !== undefined && source.contentMd5 !== undefined && written.contentMd5 !== source.contentMd5) {
        return { kind: "failed", failure: differs(blob, written.contentMd5), milliseconds };
      }
      const { etag, versionId, lastModified } = written;
      // The service returns an MD5 only if the request had one to compare with. The blob keeps its
      // source's MD5.
      const contentMd5 = written.contentMd5 ?? source.contentMd5;
      const { length, etag: sourceEtag } = source;
      return {
        kind: "copied",
        written: { etag, versionId, lastModified, contentMd5, length, method: CopyMethod.PUT_BLOB_FROM_URL, copyId: "", sourceEtag },
        milliseconds,
      };
    } catch (error) {
      if (ended.aborted && error === ended.reason) return { kind: "not sent" };
      const isOutdated = changedMeanwhile(error) || sourceChanged(error) || isOfAnotherType(error) || isUnsure(error);
      const sameAccount = blob.pair.source.account === blob.pair.destination.account;
      if (isOutdated || whyRefused(error, { sameAccount, isEmpty: source.length === 0 }) !== undefined) return { kind: "look again" };
      return {
        kind: "failed",
        failure: explain(error, `The copy to ${blob.destinationUrl} failed`),
        milliseconds: clock.now() - startedAt,
      };
    }
  }

  /** One copier for all blobs with the same containers and options. */
  #copierFor({ pair, options }: ListedCopy): Promise<BlobCopier> {
    const bySource = getOrMake(this.#copiers, options, () => new Map<BlobContainer, Map<BlobContainer, Promise<BlobCopier>>>());
    const byDestination = getOrMake(bySource, pair.source, () => new Map<BlobContainer, Promise<BlobCopier>>());
    return getOrMake(byDestination, pair.destination, () =>
      pair.destination.copier(pair.source, options, this.context.lifetimeMilliseconds, this.context.abandon),
    );
  }
}

function restAndReport(rest: Rest, onThrottled: () => void): Rest {
  return (milliseconds, signal) => {
    const rested = rest(milliseconds, signal);
    onThrottled();
    return rested;
  };
}

/**
 * An overwrite policy that depends on the destination holds to the end: the destination must still
 * be as listed.
 */
function guardsOf({ options, source, destination }: ListedCopy): CopyGuards {
  const found = options.metadata === undefined && source.details?.metadata ? withoutMarks(source.details.metadata) : undefined;
  // Metadata that headers cannot carry is left to the service.
  const metadata = found !== undefined && Object.values(found).every(isPrintable) ? found : undefined;
  if (options.overwrite === OverwritePolicy.ALWAYS) return { sourceEtag: source.etag, destination: undefined, metadata };
  const conditions = destination === undefined ? { ifNoneMatch: "*" } : { ifMatch: destination.etag };
  return { sourceEtag: source.etag, destination: conditions, metadata };
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function differs(blob: ListedCopy, contentMd5: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `The copy at ${blob.destinationUrl} does not match the source`,
    side: "destination",
    why: `its MD5 is ${contentMd5}, the source's ${blob.source.contentMd5 ?? ""}`,
    remedy: "deploy again",
  });
}
