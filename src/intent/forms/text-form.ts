import { isServiceTimeStamp, NO_TIME, timeOf } from "./time";

/** What a text must look like. */
export interface TextForm {
  readonly pattern: Pick<RegExp, "test">;
  /** Follows the name and the value: what is wrong, and what to do. */
  readonly otherwise: string;
}

export const LEASE_ID: TextForm = {
  pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  otherwise: "is not a GUID; give the id that the lease was acquired with",
};
export const ENCRYPTION_SCOPE: TextForm = {
  pattern: /^(?=.{3,63}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/,
  otherwise: "is no name of an encryption scope: 3 to 63 letters, digits and single hyphens between them",
};

export const MD5: TextForm = {
  pattern: /^[A-Za-z0-9+/]{21}[AQgw]==$/,
  otherwise: "is no MD5 in Base64: 24 characters, the last two of them =",
};

export const TIME: TextForm = { pattern: { test: (text) => timeOf(text) !== undefined }, otherwise: NO_TIME };
export const ETAG: TextForm = { pattern: /^(\*|(W\/)?"[^"]*")$/, otherwise: 'is not an ETag in its quotes, or "*"' };
/** A value of the deploy can turn out to be empty. */
export const NOT_EMPTY: TextForm = { pattern: /\S/, otherwise: "is empty; leave it out" };
export const TIME_STAMP: TextForm = {
  pattern: { test: isServiceTimeStamp },
  otherwise: 'is not a time stamp of the service, such as "2026-03-09T01:42:34.9360000Z"',
};
export const HEADER_TEXT: TextForm = {
  pattern: { test: isPrintable },
  otherwise: "is not printable ASCII, and HTTP headers carry nothing else",
};

/** The texts of an enum, where it is the value of a name in a map. */
export function oneOf(values: Readonly<Record<string, string>>): TextForm {
  const all = Object.values(values);
  return {
    pattern: new RegExp(`^(${all.join("|")})$`),
    otherwise: `is not one of ${all.join(", ")}`,
  };
}

/** What HTTP carries in a header without loss, and signs. */
export function isPrintable(text: string): boolean {
  return /^[\x20-\x7E]*$/.test(text);
}
