import { type CopyDeclaration, OverwritePolicy, type Receipt } from "../../intent";
import { CopyLost } from "../../failure/copy-failure";
import { explain } from "../../failure/explain";
import type { CopyInHand } from "./copy-in-hand";
import type { CopyMemory } from "../finish/copy-memory";
import { receiptOf } from "../finish/receipt";
import { whyNothingIsToCopy } from "../plan/chain";
import { type OverwriteRequest, perhapsHalf, whyNotCopied } from "../plan/overwrite";
import type { Situation } from "../plan/situation";
import type { BlobProperties } from "../ports/blob-properties";
import type { DestinationBlob, SourceObject } from "../ports/blob-store";
import { inTime } from "../recovery/in-time";
import { declaresProtection, isProtected, liftProtection, protect, protectionOf } from "../recovery/protection";
import { PROTECTION_GRACE_MILLISECONDS, withGrace } from "../watch/grace";

export interface ExistingBlobRequest extends Omit<CopyInHand, "record"> {
  readonly memory: CopyMemory;
}

/** The blob that is already at the destination, and may be as declared. */
export class ExistingBlob {
  readonly #source: SourceObject;
  readonly #destination: DestinationBlob;
  readonly #memory: CopyMemory;
  #protectedBefore: BlobProperties | undefined;

  constructor(private readonly request: ExistingBlobRequest) {
    this.#source = request.source;
    this.#destination = request.destination;
    this.#memory = request.memory;
  }

  /**
   * Sets the hold and the policy where only they are not as declared. The service may refuse to
   * replace the blob instead.
   */
  async protect(situation: Situation): Promise<Receipt | undefined> {
    const { declaration } = this.request;
    const { now } = situation;
    if (now === undefined || !declaresProtection(declaration)) return undefined;
    const compared = { ...declaration, overwrite: OverwritePolicy.IF_DIFFERENT };
    const whySame = this.#whyNotCopied(situation, now, compared);
    if (whySame !== undefined) return isProtected(now.shown) ? this.#found(situation, now, whySame) : undefined;
    const why = this.#whyNotCopied(situation, now, { ...compared, ...protectionOf(now.shown) });
    if (why === undefined) return undefined;
    this.request.run.deadline.stop.throwIfAborted();
    this.#protectedBefore = now;
    const { deadline, clock } = this.request.run;
    const set = (signal: AbortSignal) => protect(this.#destination, declaration, now.shown, { unmodifiedSince: now.lastModified, signal });
    await withGrace(set, deadline.stop, PROTECTION_GRACE_MILLISECONDS, clock);
    const after = await this.#destination.getProperties({ signal: deadline.stop });
    if (after?.etag !== now.etag)
      throw CopyLost.because(`The blob ${this.#destination.url} is gone`, "another client replaced or deleted it meanwhile");
    return this.#found(situation, after, `${why}, and its hold and policy are set`);
  }

  /** Receipt of an existing blob to which nothing is to be copied; undefined to copy. */
  async skip(situation: Situation): Promise<Receipt | undefined> {
    const { now } = situation;
    if (now === undefined) return undefined;
    const request = this.#compared(situation, now, this.request.declaration);
    const why = await whyNothingIsToCopy({ ...request, signal: this.request.run.deadline.stop });
    if (why === undefined) return undefined;
    const isSame = () => this.#whyNotCopied(situation, now, { ...this.request.declaration, overwrite: OverwritePolicy.IF_DIFFERENT });
    if (situation.isPerhapsHalf === true && isSame() === undefined) throw perhapsHalf(this.#destination.url);
    return this.#found(situation, now, why);
  }

  #whyNotCopied(situation: Situation, now: BlobProperties, declaration: CopyDeclaration): string | undefined {
    return whyNotCopied(this.#compared(situation, now, declaration));
  }

  #compared({ source, tags, copiedFrom, isPerhapsHalf }: Situation, now: BlobProperties, declaration: CopyDeclaration): OverwriteRequest {
    const memory = isPerhapsHalf === true ? "another" : this.#memory.recall(now, source?.etag).memory;
    const sides = { source: this.#source, destination: this.#destination, sourceProperties: source, now, tags, memory, copiedFrom };
    return { declaration, recopy: this.request.run.intent.recopy, ...sides };
  }

  #found({ source }: Situation, now: BlobProperties, why: string): Receipt {
    const { run, declaration } = this.request;
    const { made } = this.#memory.recall(now, source?.etag);
    const receipt = receiptOf({
      destination: this.#destination,
      now,
      source,
      method: made?.method ?? declaration.method,
      copyId: made?.copyId ?? "",
      completedOn: now.lastModified,
      origin: made === undefined ? "found" : "copied",
    });
    run.emit({ type: "copy-skipped", destination: this.#destination.url, why, receipt });
    return receipt;
  }

  /** Puts back hold and policy of a blob that was only protected; a locked policy stays. */
  async protectAsBefore(): Promise<void> {
    const before = this.#protectedBefore;
    if (before === undefined) return;
    const url = this.#destination.url;
    try {
      const { clock } = this.request.run;
      const now = await inTime(clock, (signal) => this.#destination.getProperties({ signal }));
      if (now?.etag !== before.etag) return;
      await inTime(clock, (signal) => liftProtection(this.#destination, now.shown, signal));
      await inTime(clock, (signal) => protect(this.#destination, before.shown, {}, { signal }));
    } catch (error) {
      this.request.run.emit({
        type: "warning",
        text: explain(error, `The hold and the policy of ${url} are not as they were before`).message,
      });
    }
  }
}
