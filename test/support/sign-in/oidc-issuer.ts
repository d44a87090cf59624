import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { SeenRequest, ServerAnswer } from "./json-server";
import { type Claims, secondsNow, signed } from "./json-web-token";

const EXCHANGE = "api://AzureADTokenExchange";

/**
 * Issues OpenID Connect tokens to the jobs of a CI system, in the forms of GitHub Actions and of
 * Azure Pipelines.
 */
export class OidcIssuer {
  readonly #keys = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  readonly issuer = "https://issuer.blob-copy.test";
  /** All tokens issued so far. */
  readonly issued: string[] = [];
  readonly subject = "repo:team/project:ref:refs/heads/main";
  /** The token with which a job requests its OpenID Connect tokens. */
  readonly requestToken = "request-token-of-the-job";
  /** Whether the job's request token has expired. */
  isJobOver = false;
  /** The answer to a request with another token. */
  refusal: ServerAnswer = { status: 401, json: { message: "not authorised" } };
  readonly serviceConnectionId = "33333333-3333-3333-3333-333333333333";

  get publicKey(): KeyObject {
    return this.#keys.publicKey;
  }

  issue(more: Claims = {}): string {
    const now = secondsNow();
    const claims = { iss: this.issuer, sub: this.subject, aud: EXCHANGE, iat: now, nbf: now, exp: now + 600, ...more };
    const token = signed(claims, this.#keys.privateKey, { kid: "issuer" });
    this.issued.push(token);
    return token;
  }

  readonly answer = ({ method, url, headers }: SeenRequest): ServerAnswer => {
    if (this.isJobOver || headers.authorization !== `Bearer ${this.requestToken}`) return this.refusal;
    if (url.pathname === "/github" && method === "GET" && url.searchParams.get("of") === "job") {
      const token = this.issue({ aud: url.searchParams.get("audience") ?? "https://github.com/team" });
      return { status: 200, json: { count: token.length, value: token } };
    }
    const isKnown = url.searchParams.get("serviceConnectionId") === this.serviceConnectionId;
    if (url.pathname === "/pipelines" && method === "POST" && url.searchParams.has("api-version") && isKnown)
      return { status: 200, json: { oidcToken: this.issue() } };
    return { status: 404, json: { message: "no such request" } };
  };
}
