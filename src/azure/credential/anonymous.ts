import type { Credential } from "./credential";

/** Public sources need no credential. */
export const ANONYMOUS: Credential = {
  query: "",
  expiresOn: undefined,
  renew: undefined,
  authorise: () => undefined,
  putAuthoriser: () => () => undefined,
  asCopySource: () => ({ query: "" }),
  covers: () => false,
  replaceRefused: () => false,
};
