import { badIntent } from "../../failure/bad-intent";
import type { Side } from "../../failure/service-error";
import type { Endpoint } from "../address/endpoint";

/**
 * A token or an encryption key is sent only over https, in whichever header. Over http, everyone on
 * the way could read and use it.
 *
 * @throws CopyFailure (exit code 2)
 */
export function requireSecure(endpoint: Endpoint, side: Side, whose: Side = side, what: "token" | "encryption key" = "token"): void {
  if (endpoint.protocol === "https:" || endpoint.isLoopback) return;
  throw badIntent(
    side,
    `${endpoint.authority} is reached over http, which would show the ${what}${whose === side ? "" : ` of the ${whose}`} to everyone on the way`,
    what === "encryption key"
      ? `Use https for the ${side}.`
      : whose === side
        ? "Use https, or declare another credential."
        : `Use https for the ${side}, or declare a SAS or an account key for the ${whose}.`,
  );
}
