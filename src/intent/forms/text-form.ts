import { isServiceTimeStamp, NO_TIME, timeOf } from "./time";

/** The form that a text must have. */
export interface TextForm {
  readonly pattern: Pick<RegExp, "test">;
  /** Follows the name and the value in a message: the fault and the remedy. */
  readonly otherwise: string;
}

export const LEASE_ID: TextForm = {
  pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  otherwise: "is not a GUID; give the id that the lease was acquired with",
};
export const ENCRYPTION_SCOPE: TextForm = {
  pattern: /^(?=.{3,63}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/,
  otherwise: "is not a name of an encryption scope: 3 to 63 letters, digits and single hyphens between them",
};

export const MD5: TextForm = {
  pattern: /^[A-Za-z0-9+/]{21}[AQgw]==$/,
  otherwise: "is not an MD5 in Base64: 24 characters, the last two of them =",
};

export const TIME: TextForm = { pattern: { test: (text) => timeOf(text) !== undefined }, otherwise: NO_TIME };
export const ETAG: TextForm = { pattern: /^(\*|(W\/)?"[^"]*")$/, otherwise: 'is not an ETag in its quotes, or "*"' };
/** A deploy-time value can turn out to be empty. */
export const NOT_EMPTY: TextForm = { pattern: /\S/, otherwise: "is empty; leave it out" };
export const TIME_STAMP: TextForm = {
  pattern: { test: isServiceTimeStamp },
  otherwise: 'is not a time stamp of the service, such as "2026-03-09T01:42:34.9360000Z"',
};
export const HEADER_TEXT: TextForm = {
  pattern: { test: isPrintable },
  otherwise: "is not printable ASCII, and HTTP headers carry nothing else",
};

/** Form of a map's value that must be one of an enum's values. */
export function oneOf(values: Readonly<Record<string, string>>): TextForm {
  const all = Object.values(values);
  return {
    pattern: new RegExp(`^(${all.join("|")})$`),
    otherwise: `is not one of ${all.join(", ")}`,
  };
}

/** Whether a header carries the text without loss: the service signs and stores only ASCII. */
export function isPrintable(text: string): boolean {
  return /^[\x20-\x7E]*$/.test(text);
}
