import { generateKeyPairSync, type KeyObject, randomUUID, type X509Certificate } from "node:crypto";
import type { SeenRequest, ServerAnswer } from "./json-server";
import { type Claims, partsOf, secondsNow, signed, thumbprints, verified } from "./json-web-token";

/** The owner of a token. */
export interface Identity {
  readonly tenantId: string;
  readonly clientId: string;
  readonly objectId: string;
}

/** An application, and its ways to sign in. */
export interface Application extends Identity {
  readonly secret?: string;
  readonly certificate?: X509Certificate;
  /** Another issuer, whose tokens replace a secret. */
  readonly federated?: { readonly issuer: string; readonly subject: string; readonly key: KeyObject };
}

export const STORAGE = "https://storage.azure.com";
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const EXCHANGE = "api://AzureADTokenExchange";

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    readonly code: number,
    message: string,
  ) {
    super(`AADSTS${code}: ${message}`);
  }
}

/**
 * The token endpoint of Microsoft Entra ID, version 2, for applications: with a secret, a
 * certificate (its signature is checked) or the token of another issuer. The messages are those in
 * the documentation of its error codes.
 */
export class Entra {
  readonly #keys = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  readonly #applications: Application[] = [];
  /** All tokens issued so far. */
  readonly issued: string[] = [];
  /** Seconds. */
  lifetime = 3_600;

  register<Registered extends Application>(application: Registered): Registered {
    this.#applications.push(application);
    return application;
  }

  /** A token for the storage service, as the endpoint issues it. */
  issue({ tenantId, clientId, objectId }: Identity, more: Claims = {}): string {
    const now = secondsNow();
    const claims = { aud: STORAGE, iss: `https://sts.windows.net/${tenantId}/`, iat: now, nbf: now, exp: now + this.lifetime };
    const own = {
      appid: clientId,
      appidacr: "1",
      idtyp: "app",
      oid: objectId,
      sub: objectId,
      tid: tenantId,
      uti: randomUUID(),
      ver: "1.0",
    };
    const token = signed({ ...claims, ...own, ...more }, this.#keys.privateKey, { kid: "of-the-tests" });
    this.issued.push(token);
    return token;
  }

  /** As the storage service checks it: signature, time, audience. */
  readonly isToken = (token: string): boolean => {
    const claims = verified(token, this.#keys.publicKey);
    return claims !== undefined && (claims.aud === STORAGE || claims.aud === `${STORAGE}/`);
  };

  readonly answer = (request: SeenRequest): ServerAnswer | undefined => {
    const { url, method } = request;
    const [, tenantId = ""] = url.pathname.split("/");
    const base = `${url.origin}/${tenantId}`;
    if (method === "GET" && url.pathname.endsWith("/.well-known/openid-configuration"))
      return { status: 200, json: configuration(base, tenantId) };
    if (method !== "POST" || !url.pathname.endsWith("/oauth2/v2.0/token")) return { status: 404, json: { error: "not_found" } };
    try {
      const form = new URLSearchParams(request.body);
      const application = this.#signIn(tenantId, form, `${base}/oauth2/v2.0/token`);
      const token = this.issue(application);
      return { status: 200, json: { token_type: "Bearer", expires_in: this.lifetime, ext_expires_in: this.lifetime, access_token: token } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, message, code } = error;
      const trace = { timestamp: new Date().toISOString(), trace_id: randomUUID(), correlation_id: randomUUID() };
      const description = `${message} Trace ID: ${trace.trace_id} Correlation ID: ${trace.correlation_id} Timestamp: ${trace.timestamp}`;
      return { status, json: { error: error.error, error_description: description, error_codes: [code], ...trace } };
    }
  };

  #signIn(tenantId: string, form: URLSearchParams, endpoint: string): Application {
    if (form.get("grant_type") !== "client_credentials")
      throw new Refusal(400, "unsupported_grant_type", 70_003, "The grant is not supported.");
    if (!(form.get("scope") ?? "").split(" ").includes(`${STORAGE}/.default`))
      throw new Refusal(400, "invalid_scope", 70_011, "The provided value for the input parameter 'scope' is not valid.");
    const clientId = form.get("client_id") ?? "";
    const ofTenant = this.#applications.filter((one) => one.tenantId === tenantId);
    if (ofTenant.length === 0) throw new Refusal(400, "invalid_request", 90_002, `Tenant '${tenantId}' not found.`);
    const application = ofTenant.find((one) => one.clientId === clientId);
    if (application === undefined)
      throw new Refusal(400, "unauthorized_client", 700_016, `Application with identifier '${clientId}' was not found in the directory.`);
    const assertion = form.get("client_assertion");
    if (assertion === null) {
      if (application.secret === undefined || form.get("client_secret") !== application.secret)
        throw new Refusal(401, "invalid_client", 7_000_215, "Invalid client secret provided.");
      return application;
    }
    if (form.get("client_assertion_type") !== ASSERTION_TYPE)
      throw new Refusal(400, "invalid_request", 900_144, "The request body must contain the parameter 'client_assertion_type'.");
    checkAssertion(assertion, application, endpoint);
    return application;
  }
}

function checkAssertion(assertion: string, { clientId, certificate, federated }: Application, endpoint: string): void {
  const parts = partsOf(assertion);
  if (federated !== undefined && parts?.claims.iss === federated.issuer) {
    const claims = verified(assertion, federated.key);
    if (claims === undefined) throw new Refusal(401, "invalid_client", 700_024, "Client assertion is not within its valid time range.");
    if (claims.aud !== EXCHANGE)
      throw new Refusal(400, "invalid_request", 700_212, "No matching federated identity record found for presented assertion audience.");
    if (claims.sub !== federated.subject)
      throw new Refusal(400, "invalid_request", 700_213, "No matching federated identity record found for presented assertion subject.");
    return;
  }
  const named = [parts?.header.x5t, parts?.header["x5t#S256"]];
  const isNamed = certificate !== undefined && thumbprints(certificate).some((thumbprint) => named.includes(thumbprint));
  const claims = certificate === undefined || !isNamed ? undefined : verified(assertion, certificate.publicKey);
  if (claims === undefined || claims.iss !== clientId || claims.sub !== clientId || claims.aud !== endpoint)
    throw new Refusal(
      401,
      "invalid_client",
      700_027,
      "The certificate with identifier used to sign the client assertion is not registered on application.",
    );
}

function configuration(base: string, tenantId: string): unknown {
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    issuer: `${base}/v2.0`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    tenant_region_scope: null,
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt"],
    tenantId,
  };
}
