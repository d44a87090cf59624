import type { Side } from "../../failure/service-error";
import { badIntent } from "../../failure/bad-intent";
import { meantAddress } from "../../intent";
import { type Endpoint, parseEndpoint } from "./endpoint";

/**
 * A URL split without normalising it. `new URL` would resolve dot segments, which must be refused
 * instead.
 */
export interface UrlParts {
  readonly endpoint: Endpoint;
  readonly rawPath: string;
  readonly rawQuery: string;
}

export function splitUrl(url: string, side: Side): UrlParts {
  const parts = /^(https?):\/\/([^/?#\\]+)([^?#]*)(?:\?([^#]*))?(#.*)?$/i.exec(meantAddress(url));
  const endpoint = parts?.[1] === undefined || parts[2] === undefined ? undefined : parseEndpoint(parts[1], parts[2]);
  // The message does not contain the URL, which may hold a password or a signature.
  if (endpoint === undefined)
    throw badIntent(side, "its URL is not an absolute http or https URL", "Write https://<host>/<path>, without user name or password.");
  if (parts?.[5] !== undefined) throw badIntent(side, `the URL of ${endpoint.authority} has a fragment`, "Write a # in a name as %23.");
  return { endpoint, rawPath: parts?.[3] || "/", rawQuery: parts?.[4] ?? "" };
}

/** Names in lower case, values unescaped. */
export function parseQuery(rawQuery: string): [name: string, value: string][] {
  return rawQuery
    .split("&")
    .filter((parameter) => parameter !== "")
    .map((parameter) => {
      const equals = parameter.indexOf("=");
      const name = equals === -1 ? parameter : parameter.slice(0, equals);
      const value = equals === -1 ? "" : parameter.slice(equals + 1);
      return [name.toLowerCase(), decodeLeniently(value)];
    });
}

function decodeLeniently(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
