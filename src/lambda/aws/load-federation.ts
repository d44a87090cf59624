import type * as Federation from "./federation";

/** Loaded by the first invocation that signs in with the function's role, and by no other. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- a program of CommonJS files stays lazy with require only
export const loadFederation = (): typeof Federation => require("./federation") as typeof Federation;
