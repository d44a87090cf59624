import type { DestinationBlob } from "../../engine/ports/blob-store";
import { CopyFailure } from "../../failure/copy-failure";
import { ServiceError } from "../../failure/service-error";

/**
 * The same blob, reached with several credentials. A request that is refused with one credential is
 * sent again with the next.
 */
export function byAnyOf(own: DestinationBlob, others: () => readonly DestinationBlob[]): DestinationBlob {
  return new Proxy(own, {
    get(_, name) {
      const member: unknown = Reflect.get(own, name, own);
      if (typeof member !== "function") return member;
      return async (...args: unknown[]) => {
        try {
          return (await member.apply(own, args)) as unknown;
        } catch (error) {
          if (!isRefusal(error)) throw error;
          for (const other of others()) {
            const again = Reflect.get(other, name, other) as (...args: unknown[]) => Promise<unknown>;
            const answer = await again.apply(other, args).then(
              (value) => ({ value }),
              (reason: unknown) => (isRefusal(reason) ? undefined : { reason }),
            );
            if (answer === undefined) continue;
            if ("reason" in answer) throw answer.reason;
            return answer.value;
          }
          throw error;
        }
      };
    },
  });
}

/** There is no token, or the service refuses the credential. */
function isRefusal(error: unknown): boolean {
  return error instanceof CopyFailure || (error instanceof ServiceError && (error.status === 401 || error.status === 403));
}
