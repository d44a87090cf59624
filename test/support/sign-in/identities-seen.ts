import type { RecordedRequest } from "../fake-blob-service/http/http-front";
import { partsOf } from "./json-web-token";

export interface IdentitiesSeen {
  /** In requests to the account `source`, and to the account `dest`. */
  readonly source: readonly string[];
  readonly destination: readonly string[];
  /** With which the service was to read a source. */
  readonly copySource: readonly string[];
  /** Who made the SAS that the service was to read a source with. */
  readonly delegation: readonly string[];
}

const identityIn = (authorization: string | string[] | undefined): string | undefined => {
  const claims = partsOf(String(authorization ?? "").replace(/^Bearer /, ""))?.claims;
  return claims === undefined ? undefined : `${String(claims.tid)} ${String(claims.oid)}`;
};

function delegationIn({ headers }: RecordedRequest): string | undefined {
  const url = headers["x-ms-copy-source"];
  const query = new URL(typeof url === "string" ? url : "https://none").searchParams;
  return query.has("skoid") ? `${query.get("sktid") ?? ""} ${query.get("skoid") ?? ""}` : undefined;
}

const distinct = (found: readonly (string | undefined)[]) => [...new Set(found.filter((one) => one !== undefined))].sort();

/** Tenant and object id of whoever asked, in the requests that the service took. */
export function identitiesSeen(requests: readonly RecordedRequest[]): IdentitiesSeen {
  const taken = requests.filter(({ status }) => status < 400 || status === 404);
  const of = (account: string) => taken.filter(({ path }) => path.startsWith(`/${account}/`) || path === `/${account}`);
  return {
    source: distinct(of("source").map(({ headers }) => identityIn(headers.authorization))),
    destination: distinct(of("dest").map(({ headers }) => identityIn(headers.authorization))),
    copySource: distinct(taken.map(({ headers }) => identityIn(headers["x-ms-copy-source-authorization"]))),
    delegation: distinct(taken.map(delegationIn)),
  };
}
