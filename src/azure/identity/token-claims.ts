/**
 * The owner of a token, as far as the token shows it. The signature is not checked, because the
 * claims are only reported.
 */
export interface TokenClaims {
  readonly tenantId: string | undefined;
  readonly clientId: string | undefined;
  readonly isOfUser: boolean;
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Returns undefined for a token that is not a JWT. */
export function claimsOf(token: string): TokenClaims | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as Readonly<Record<string, unknown>>;
    const guid = (name: string) => {
      const value = claims[name];
      return typeof value === "string" && GUID.test(value) ? value : undefined;
    };
    return { tenantId: guid("tid"), clientId: guid("appid") ?? guid("azp"), isOfUser: claims["scp"] !== undefined };
  } catch {
    return undefined;
  }
}

/** Words for the line that reports the identity that the SDK chose. */
export function describeClaims({ tenantId, clientId, isOfUser }: TokenClaims): string {
  const who = isOfUser ? "a user" : clientId === undefined ? "an identity" : `the identity with client id ${clientId}`;
  return `${who}${tenantId === undefined ? "" : `, tenant ${tenantId}`} (the default Azure credential)`;
}
