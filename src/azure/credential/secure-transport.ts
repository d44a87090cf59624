import { badIntent } from "../../failure/bad-intent";
import type { Side } from "../../failure/service-error";
import type { Endpoint } from "../address/endpoint";

/**
 * A token travels over https only, whichever header it is in: over http everyone on the way could read it, and use it for an hour.
 *
 * @throws CopyFailure (exit code 2)
 */
export function requireSecure(endpoint: Endpoint, side: Side, whose: Side = side): void {
  if (endpoint.protocol === "https:" || endpoint.isLoopback) return;
  throw badIntent(
    side,
    `${endpoint.authority} is reached over http, which would show the token${whose === side ? "" : ` of the ${whose}`} to everyone on the way`,
    whose === side
      ? "Use https, or declare another credential."
      : `Use https for the ${side}, or declare a SAS or an account key for the ${whose}.`,
  );
}
