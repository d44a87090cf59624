import { cluesOf, reason, remedyOf } from "../../failure/explain";
import type { ServiceError, ServiceErrorDetails } from "../../failure/service-error";
import type { Trouble } from "../../failure/timed-out";
import { isTransient } from "../../failure/transient";
import { UnderWay } from "../../util/under-way";

/** A request as it is told. */
export type Asked = Pick<ServiceErrorDetails, "side" | "operation" | "url">;

/** An answer takes that long without anybody wondering. */
const SLOW_MILLISECONDS = 2_000;
/** A refusal this old has been got over. */
const PAST_MILLISECONDS = 60_000;

/** Which requests have no answer, and the last refusal that another try is to get over. */
export class Unanswered {
  readonly #underWay = new UnderWay<{ readonly asked: Asked; readonly since: number }>();
  #refusal: { readonly error: ServiceError; readonly at: number } | undefined;

  /** `now`: milliseconds since the epoch. */
  constructor(private readonly now: () => number) {}

  /** Returns what is called when the try has come to its end. */
  begin(asked: Asked): () => void {
    return this.#underWay.add({ asked, since: this.now() });
  }

  refused(error: ServiceError): void {
    if (isTransient(error)) this.#refusal = { error, at: this.now() };
    else this.answered(error);
  }

  answered({ operation, url }: Asked): void {
    const error = this.#refusal?.error;
    if (error?.operation === operation && error.url === url) this.#refusal = undefined;
  }

  /** What keeps a run waiting; undefined where nothing does. */
  get trouble(): Trouble | undefined {
    const now = this.now();
    if (this.#refusal !== undefined && now - this.#refusal.at < PAST_MILLISECONDS) {
      const { error } = this.#refusal;
      return { side: cluesOf(error).side, text: `the last that was heard: ${reason(error)}`, remedy: remedyOf(error) };
    }
    const [oldest] = [...this.#underWay].sort((one, other) => one.since - other.since);
    if (oldest === undefined || now - oldest.since < SLOW_MILLISECONDS) return undefined;
    const { side, operation, url } = oldest.asked;
    return { side, text: `the service did not answer ${operation} on ${url} for ${Math.round((now - oldest.since) / 1_000)} seconds` };
  }
}
