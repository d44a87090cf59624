import type { RecordedRequest } from "../fake-blob-service/http/http-front";
import { partsOf } from "./json-web-token";

export interface IdentitiesSeen {
  /** Identities in requests to the account `source`, and to the account `dest`. */
  readonly source: readonly string[];
  readonly destination: readonly string[];
  /** Identities for the service's reads of a source. */
  readonly copySource: readonly string[];
  /** Identities that made the SAS for the service's reads of a source. */
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

/** Tenant and object id of the callers, from the requests that the service accepted. */
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
