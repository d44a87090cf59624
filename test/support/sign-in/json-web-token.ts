import { constants, createHash, type KeyObject, sign, verify, type X509Certificate } from "node:crypto";

export type Claims = Readonly<Record<string, unknown>>;

interface Parts {
  readonly header: Claims;
  readonly claims: Claims;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

export const secondsNow = () => Math.floor(Date.now() / 1_000);

export function signed(claims: Claims, key: KeyObject, header: Claims = {}): string {
  const text = [{ typ: "JWT", alg: "RS256", ...header }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
}

/** undefined for a text that is not a token of three parts. */
export function partsOf(token: string): Parts | undefined {
  const [header = "", claims = "", signature] = token.split(".");
  if (signature === undefined) return undefined;
  try {
    const parse = (text: string) => JSON.parse(Buffer.from(text, "base64url").toString()) as Claims;
    return {
      header: parse(header),
      claims: parse(claims),
      signed: Buffer.from(`${header}.${claims}`),
      signature: Buffer.from(signature, "base64url"),
    };
  } catch {
    return undefined;
  }
}

/** The claims of a token that `key` has signed and that is valid now; otherwise undefined. */
export function verified(token: string, key: KeyObject): Claims | undefined {
  const parts = partsOf(token);
  if (parts === undefined) return undefined;
  const padding = parts.header.alg === "PS256" ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  if (!verify("sha256", parts.signed, { key, padding }, parts.signature)) return undefined;
  const { nbf = 0, exp } = parts.claims;
  return Number(nbf) <= secondsNow() + 5 && Number(exp) > secondsNow() ? parts.claims : undefined;
}

/** A certificate's thumbprints, as in `x5t` and `x5t#S256` of a header. */
export function thumbprints({ raw }: X509Certificate): readonly string[] {
  return ["sha1", "sha256"].map((algorithm) => createHash(algorithm).update(raw).digest("base64url"));
}
