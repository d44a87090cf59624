import type { AccountState } from "../state/blob-state";
import type { Call, Principal, Query, TokenClaims, World } from "./call";
import { ServiceFailure } from "../service-failure";
import { verifySharedAccessSignature } from "./shared-access-signature";
import { verifySharedKey } from "./shared-key";

const SOME_TENANT = "00000000-0000-0000-0000-000000000000";
const challenge = ({ rules: { tenantId = SOME_TENANT } }: AccountState) => [
  "WWW-Authenticate",
  `Bearer authorization_uri=https://login.microsoftonline.com/${tenantId}/oauth2/authorize resource_id=https://storage.azure.com`,
];
const SHARED_KEY: Principal = { kind: "sharedKey", permissions: undefined };

/**
 * The requested access, independent of the transport, so that the same rules apply to a request and
 * to a copy source.
 */
export interface AuthorizationRequest {
  readonly account: AccountState;
  readonly service: "blob" | "file";
  readonly container: string;
  readonly blob: string;
  readonly query: Query;
  readonly authorization: string | undefined;
  readonly header: (name: string) => string | undefined;
  /** Whether the storage service itself sends the request, to read a source. */
  readonly isService?: boolean;
}

function bearer(world: World, account: AccountState, authorization: string): Principal {
  const token = authorization.slice("Bearer ".length);
  const { tenantId, roles } = account.rules;
  const claims = claimsOf(token);
  const isOfTrustedTenant = tenantId === undefined || claims.tid === tenantId;
  if (!(world.bearerTokens.has(token) || world.isToken(token)) || !isOfTrustedTenant)
    throw new ServiceFailure("InvalidAuthenticationInfo", { headers: challenge(account) });
  const permissions = roles === undefined ? world.bearerTokens.get(token) : (roles[claims.oid ?? ""] ?? "");
  return { kind: "bearer", permissions, claims };
}

function claimsOf(token: string): TokenClaims {
  const [, claims = ""] = token.split(".");
  return JSON.parse(Buffer.from(claims, "base64url").toString() || "{}") as TokenClaims;
}

function anonymous(request: AuthorizationRequest): Principal {
  if (request.account.rules.forbidsPublicAccess === true) throw new ServiceFailure("PublicAccessNotPermitted");
  const access = request.account.containers.get(request.container)?.publicAccess;
  if (request.service === "blob" && access !== undefined && request.container !== "") {
    return { kind: "anonymous", permissions: access === "container" ? "rl" : "r" };
  }
  throw new ServiceFailure("NoAuthenticationInformation", { headers: challenge(request.account) });
}

/** Network rules are checked first. */
function checkNetwork({ account: { rules }, isService }: Pick<AuthorizationRequest, "account" | "isService">): void {
  const isKeptOut = isService === true ? rules.keepsServiceOut : rules.keepsClientsOut;
  if (isKeptOut === true) throw new ServiceFailure("AuthorizationFailure");
}

/**
 * Accepts a bearer token, a SAS or public access.
 *
 * @throws ServiceFailure as the service refuses it
 */
export function authorize(world: World, request: AuthorizationRequest): Principal {
  checkNetwork(request);
  if (request.authorization?.startsWith("Bearer ")) return bearer(world, request.account, request.authorization);
  if (request.authorization !== undefined) throw new ServiceFailure("AuthenticationFailed");
  if (request.query.sig === undefined) return anonymous(request);
  const level = request.blob !== "" ? "blob" : request.container !== "" ? "container" : "service";
  const { account, service, container, blob, query, header } = request;
  const { isSecure } = world;
  if (account.rules.forbidsKeys === true && query.skoid === undefined) throw new ServiceFailure("KeyBasedAuthenticationNotPermitted");
  const permissions = verifySharedAccessSignature({ account, service, container, blob, query, header, level, isSecure });
  return { kind: "sas", permissions: permissions && ownLetters(permissions, query, account) };
}

/** A user delegation SAS never grants more than its maker's own roles. */
function ownLetters(permissions: string, { skoid }: Query, { rules: { roles } }: AccountState): string {
  if (skoid === undefined || roles === undefined) return permissions;
  return Array.from(permissions, (letter) => (roles[skoid]?.includes(letter) === true ? letter : "")).join("");
}

/**
 * Authenticates a request, and checks that it has one of the permissions that its operation needs.
 */
export function authorizeCall(call: Call, service: "blob" | "file", anyOf: string): void {
  const authorization = call.header("authorization");
  if (authorization?.startsWith("SharedKey ")) {
    checkNetwork(call);
    if (call.account.rules.forbidsKeys === true) throw new ServiceFailure("KeyBasedAuthenticationNotPermitted");
    verifySharedKey(call, authorization);
    call.principal = SHARED_KEY;
    return;
  }
  call.principal = authorize(call.world, {
    account: call.account,
    service,
    container: call.containerName,
    blob: call.blobName,
    query: call.query,
    authorization,
    header: (name) => call.header(name),
  });
  if (call.may(anyOf)) return;
  if (call.principal.kind === "anonymous") throw new ServiceFailure("NoAuthenticationInformation", { headers: challenge(call.account) });
  throw new ServiceFailure("AuthorizationPermissionMismatch");
}
