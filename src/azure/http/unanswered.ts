import { cluesOf, reason, remedyOf } from "../../failure/explain";
import type { ServiceError, ServiceErrorDetails } from "../../failure/service-error";
import type { Trouble } from "../../failure/timed-out";
import { isTransient } from "../../failure/transient";
import { UnderWay } from "../../util/under-way";

/** A request, as messages name it. */
export type Asked = Pick<ServiceErrorDetails, "side" | "operation" | "url">;

/** A response that takes less time is not reported. */
const SLOW_MILLISECONDS = 2_000;
/** A refusal that is older than this was overcome. */
const PAST_MILLISECONDS = 60_000;

/** The requests that have no response yet, and the last refusal that is being retried. */
export class Unanswered {
  readonly #underWay = new UnderWay<{ readonly asked: Asked; readonly since: number }>();
  #refusal: { readonly error: ServiceError; readonly at: number } | undefined;

  /** `now`: milliseconds since the epoch. */
  constructor(private readonly now: () => number) {}

  /** Returns a function to call when the try has ended. */
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

  /** The reason why a run is waiting; undefined if it is not. */
  get trouble(): Trouble | undefined {
    const now = this.now();
    if (this.#refusal !== undefined && now - this.#refusal.at < PAST_MILLISECONDS) {
      const { error } = this.#refusal;
      return { side: cluesOf(error).side, text: `the last refusal: ${reason(error)}`, remedy: remedyOf(error) };
    }
    const [oldest] = [...this.#underWay].sort((one, other) => one.since - other.since);
    if (oldest === undefined || now - oldest.since < SLOW_MILLISECONDS) return undefined;
    const { side, operation, url } = oldest.asked;
    return { side, text: `the service did not answer ${operation} on ${url} for ${Math.round((now - oldest.since) / 1_000)} seconds` };
  }
}
