/** What a token says of whose it is; undefined where it does not. No signature is checked: it is only told. */
export interface TokenClaims {
  readonly tenantId: string | undefined;
  readonly clientId: string | undefined;
  readonly isOfUser: boolean;
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** undefined for a token that is no JWT. */
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

/** For the line that tells which identity was taken, where the SDK chose it. */
export function describeClaims({ tenantId, clientId, isOfUser }: TokenClaims): string {
  const who = isOfUser ? "a user" : clientId === undefined ? "an identity" : `the identity with client id ${clientId}`;
  return `${who}${tenantId === undefined ? "" : `, tenant ${tenantId}`} (the default Azure credential)`;
}
