import type { AccountState } from "../state/blob-state";
import type { Call, Principal, Query, World } from "./call";
import { ServiceFailure } from "../service-failure";
import { verifySharedAccessSignature } from "./shared-access-signature";
import { verifySharedKey } from "./shared-key";

const CHALLENGE = [
  "WWW-Authenticate",
  "Bearer authorization_uri=https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/oauth2/authorize resource_id=https://storage.azure.com",
];
const SHARED_KEY: Principal = { kind: "sharedKey", permissions: undefined };

/** What is asked for, without how: so that a copy source is judged by the same rules as a request. */
export interface AuthorizationRequest {
  readonly account: AccountState;
  readonly service: "blob" | "file";
  readonly container: string;
  readonly blob: string;
  readonly query: Query;
  readonly authorization: string | undefined;
  readonly header: (name: string) => string | undefined;
}

function bearer(world: World, authorization: string): Principal {
  const token = authorization.slice("Bearer ".length);
  if (!world.bearerTokens.has(token)) throw new ServiceFailure("InvalidAuthenticationInfo", { headers: CHALLENGE });
  return { kind: "bearer", permissions: world.bearerTokens.get(token) };
}

function anonymous(request: AuthorizationRequest): Principal {
  const access = request.account.containers.get(request.container)?.publicAccess;
  if (request.service === "blob" && access !== undefined && request.container !== "") {
    return { kind: "anonymous", permissions: access === "container" ? "rl" : "r" };
  }
  throw new ServiceFailure("NoAuthenticationInformation", { headers: CHALLENGE });
}

/** Bearer token, SAS or public access; throws the service's refusal. */
export function authorize(world: World, request: AuthorizationRequest): Principal {
  if (request.authorization?.startsWith("Bearer ")) return bearer(world, request.authorization);
  if (request.authorization !== undefined) throw new ServiceFailure("AuthenticationFailed");
  if (request.query.sig === undefined) return anonymous(request);
  const level = request.blob !== "" ? "blob" : request.container !== "" ? "container" : "service";
  const { account, service, container, blob, query, header } = request;
  const { isSecure, delegationSecret } = world;
  const permissions = verifySharedAccessSignature({ account, service, container, blob, query, header, level, isSecure, delegationSecret });
  return { kind: "sas", permissions };
}

/** Authenticates a request, and checks that it may have one of the permissions that its operation needs. */
export function authorizeCall(call: Call, service: "blob" | "file", anyOf: string): void {
  const authorization = call.header("authorization");
  if (authorization?.startsWith("SharedKey ")) {
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
  if (call.principal.kind === "anonymous") throw new ServiceFailure("NoAuthenticationInformation", { headers: CHALLENGE });
  throw new ServiceFailure("AuthorizationPermissionMismatch");
}
